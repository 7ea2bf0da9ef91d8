-- Are the docs kept under visible version history? The work that touched docs paths, or landed in a repository with the
-- role docs, in the window; `lines` are its counted lines there. Of the work before and after the window the newest is
-- listed, too: docs exist if any was ever touched. `releases_with_notes` is the share of the project's counted releases
-- of the window whose own text has at least `note_characters`.
WITH notes AS (
    SELECT c.project, avg(coalesce(l.prose_length, 0) >= (SELECT note_characters FROM rules)) AS share
    FROM counted_releases AS c
    CROSS JOIN release_versions AS v ON v.release_key = c.release_key AND v.project = c.project
    CROSS JOIN releases AS l ON l.id = v.release
    WHERE c.reason IS NULL AND c.published_at < (SELECT window_end FROM as_of)
    GROUP BY c.project
), touched AS (
    SELECT w.project, r.full_name AS repository, w.landed_at, w.day, p.docs_lines AS lines, k.url,
           CASE WHEN w.landed_at < (SELECT window_start FROM as_of) OR w.landed_at >= (SELECT window_end FROM as_of)
                    THEN 'outside_the_window'
                ELSE coalesce(w.exclusion, CASE WHEN p.docs_lines = 0 THEN
                    CASE WHEN w.unsized THEN 'lines_unknown' ELSE 'no_counted_lines' END END) END AS reason
    FROM tracked_projects AS t
    CROSS JOIN work AS w ON w.project = t.project
    CROSS JOIN work_paths AS p ON p.work = w.id
    JOIN repositories AS r ON r.id = w.repository
    JOIN work_links AS k ON k.work = w.id
    WHERE p.touches_docs AND w.landed_at < (SELECT as_of FROM as_of) AND w.reached_at < (SELECT as_of FROM as_of)
), listed AS (
    SELECT *, row_number() OVER (PARTITION BY project, reason ORDER BY landed_at DESC, url) AS place FROM touched
)
SELECT t.project, t.repository, CAST(t.reason IS NULL AS INTEGER) AS counted, t.reason, t.url, t.day, t.lines,
       n.share AS releases_with_notes
FROM listed AS t LEFT JOIN notes AS n ON n.project = t.project
WHERE t.reason IS NOT 'outside_the_window' OR t.place = 1
