-- Every release, or version tag of a project that makes no releases, published from the window's start to the date, and
-- whether it gave users new work: it holds a substantive author-day that no earlier release of that repository held, at most
-- 90 days old. Drafts, pre-releases, moving tags and versions published before are left out; a project with pre-releases
-- only gets one per four weeks, counted back from the window's end; one left out for that still claims the work that it
-- held first.
CREATE VIEW counted_releases AS
WITH published AS (
    SELECT v.*, r.project, r.full_name, v.release IS NULL AS is_tag
    FROM release_versions AS v JOIN repositories AS r ON r.id = v.repository
    WHERE v.published_at < (SELECT as_of FROM as_of) AND v.published_at <> ''
), with_releases AS (
    SELECT DISTINCT project FROM published WHERE NOT is_tag
), sourced AS (
    SELECT * FROM published AS p
    WHERE p.is_tag = (p.project NOT IN (SELECT project FROM with_releases))
), with_full_releases AS (
    SELECT DISTINCT project FROM sourced WHERE exclusion IS NULL AND NOT pre_release
), newest AS (
    SELECT rw.release_key, max(w.landed_at) AS landed_at,
           count(DISTINCT w.day || coalesce(w.weeks_only, w.person)) AS author_days
    FROM release_work AS rw
    JOIN work AS w ON w.id = rw.work
    JOIN author_days AS d
      ON d.project = w.project AND d.day = w.day AND d.person IS w.person AND d.weeks_only IS w.weeks_only
    WHERE d.substantive
      AND rw.release_key IN (SELECT release_key FROM sourced WHERE published_at >= (SELECT window_start FROM as_of))
      AND w.reached_at < (SELECT as_of FROM as_of) AND coalesce(w.left_at, '9999') >= (SELECT as_of FROM as_of)
    GROUP BY rw.release_key
), reasoned AS (
    SELECT s.release_key, s.project, s.full_name AS repository, s.tag_name, s.version, s.published_at, s.is_tag,
           n.landed_at AS newest_work, n.author_days, f.project IS NULL AS pre_releases_only,
           coalesce(s.exclusion, CASE
               WHEN s.pre_release AND f.project IS NOT NULL THEN 'pre_release'
               WHEN n.landed_at IS NULL THEN 'no_new_work'
               WHEN n.landed_at < strftime('%Y-%m-%dT%H:%M:%SZ', s.published_at, '-90 days') THEN 'work_older_than_90_days'
           END) AS reason
    FROM sourced AS s
    LEFT JOIN with_full_releases AS f ON f.project = s.project
    LEFT JOIN newest AS n ON n.release_key = s.release_key
    WHERE s.published_at >= (SELECT window_start FROM as_of)
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY project, reason IS NULL,
            CAST((julianday((SELECT window_end FROM as_of)) - julianday(published_at)) / 28 AS INTEGER)
        ORDER BY published_at, release_key
    ) AS place FROM reasoned
)
SELECT release_key, project, repository, tag_name, version, published_at,
       CASE WHEN is_tag AND pre_releases_only THEN 'from_tags, pre_releases_only'
            WHEN is_tag THEN 'from_tags'
            WHEN pre_releases_only THEN 'pre_releases_only' END AS flag,
       newest_work, author_days,
       coalesce(reason, CASE WHEN pre_releases_only AND place > 1 THEN 'pre_release_within_four_weeks' END) AS reason,
       'https://github.com/' || repository ||
           CASE WHEN is_tag THEN '/tree/' ELSE '/releases/tag/' END || tag_name AS url
FROM ranked;
