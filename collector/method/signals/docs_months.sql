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
    SELECT w.project, w.id AS work, r.full_name AS repository, w.landed_at, w.day, p.docs_lines AS lines,
           CASE WHEN w.landed_at < (SELECT window_start FROM as_of) OR w.landed_at >= (SELECT window_end FROM as_of)
                    THEN 'outside_the_window'
                ELSE coalesce(w.exclusion, CASE WHEN p.docs_lines = 0 THEN
                    CASE WHEN w.unsized THEN 'lines_unknown' ELSE 'no_counted_lines' END END) END AS reason
    FROM tracked_projects AS t
    CROSS JOIN work AS w ON w.project = t.project
    CROSS JOIN work_paths AS p ON p.work = w.id
    JOIN repositories AS r ON r.id = w.repository
    WHERE p.touches_docs AND w.landed_at < (SELECT as_of FROM as_of) AND w.reached_at < (SELECT as_of FROM as_of)
    LIMIT -1  -- materialises the rows, so that they are looked for once
), outside AS (
    SELECT project, max(landed_at) AS landed_at FROM touched WHERE reason = 'outside_the_window' GROUP BY project
), newest_outside AS (
    SELECT t.work, row_number() OVER (PARTITION BY t.project ORDER BY k.url, t.work) AS place
    FROM outside AS o
    JOIN touched AS t ON t.project = o.project AND t.landed_at = o.landed_at AND t.reason = 'outside_the_window'
    JOIN work_links AS k ON k.work = t.work
)
SELECT t.project, t.repository, CAST(t.reason IS NULL AS INTEGER) AS counted, t.reason,
       (SELECT k.url FROM work_links AS k WHERE k.work = t.work) AS url, t.day, t.lines, n.share AS releases_with_notes
FROM touched AS t LEFT JOIN notes AS n ON n.project = t.project
WHERE t.reason IS NOT 'outside_the_window' OR t.work IN (SELECT work FROM newest_outside WHERE place = 1)
