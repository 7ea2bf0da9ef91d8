-- Every release, or version tag of a project that makes no releases, published by the date, and whether it gave users new
-- work: it holds a substantive author-day that no earlier release of that repository held, at most 90 days old. Drafts,
-- pre-releases, moving tags and versions published before are left out; a project with pre-releases only gets one per
-- four weeks.
CREATE VIEW counted_releases AS
WITH judged AS (
    SELECT v.release_key, r.project, r.full_name AS repository, v.tag_name, v.version, v.published_at, v.flag,
           v.exclusion, newest.landed_at AS newest_work, newest.author_days
    FROM release_versions AS v
    JOIN repositories AS r ON r.id = v.repository
    LEFT JOIN (
        SELECT rw.release_key, max(w.landed_at) AS landed_at, count(DISTINCT w.day || coalesce(w.person, '')) AS author_days
        FROM release_work AS rw
        JOIN work AS w ON w.id = rw.work
        JOIN author_days AS d
          ON d.project = w.project AND d.day = w.day AND d.person IS w.person AND d.weeks_only IS w.weeks_only
        WHERE d.substantive
        GROUP BY rw.release_key
    ) AS newest ON newest.release_key = v.release_key
    WHERE v.published_at < (SELECT as_of FROM as_of) AND v.published_at <> ''
), reasoned AS (
    SELECT *, coalesce(exclusion, CASE
        WHEN newest_work IS NULL THEN 'no_new_work'
        WHEN julianday(published_at) - julianday(newest_work) > 90 THEN 'work_older_than_90_days'
    END) AS reason FROM judged
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY project, reason IS NULL,
            CAST((julianday((SELECT window_end FROM as_of)) - julianday(published_at)) / 28 AS INTEGER)
        ORDER BY published_at, release_key
    ) AS place FROM reasoned
)
SELECT release_key, project, repository, tag_name, version, published_at, flag, newest_work, author_days,
       coalesce(reason, CASE WHEN flag = 'pre_releases_only' AND place > 1 THEN 'pre_release_within_four_weeks' END)
           AS reason,
       'https://github.com/' || repository ||
           CASE WHEN release_key LIKE 'tag:%' THEN '/tree/' ELSE '/releases/tag/' END || tag_name AS url
FROM ranked;
