-- Every release published from the window's start to the date (or version tag, in a project that makes no releases),
-- and whether it counts: it must give users new work, which is a substantive author-day that no earlier release of that
-- repository held, at most `released_work_days` old. Drafts, pre-releases, moving tags (`latest`) and versions
-- published before do not count. In a project with pre-releases only, the first counts, and then each that comes at
-- least `pre_release_days` after the last that did; one that does not count still claims the work that it held first.
WITH RECURSIVE published AS (
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
), looked_at AS (
    SELECT s.*, f.project IS NULL AS pre_releases_only
    FROM sourced AS s LEFT JOIN with_full_releases AS f ON f.project = s.project
    WHERE f.project IS NULL OR s.published_at >= (SELECT window_start FROM as_of)
), newest AS (
    SELECT rw.release_key, max(w.landed_at) AS landed_at,
           count(DISTINCT w.day || coalesce(w.weeks_only, w.person)) AS author_days
    FROM release_work AS rw
    JOIN work AS w ON w.id = rw.work
    JOIN author_days AS d
      ON d.project = w.project AND d.day = w.day AND d.person IS w.person AND d.weeks_only IS w.weeks_only
    WHERE d.substantive
      AND rw.release_key IN (SELECT release_key FROM looked_at)
      AND w.reached_at < (SELECT as_of FROM as_of)
      AND (w.left_at IS NULL OR w.left_at >= (SELECT as_of FROM as_of))
    GROUP BY rw.release_key
), reasoned AS (
    SELECT s.release_key, s.project, s.full_name AS repository, s.tag_name, s.version, s.published_at, s.is_tag,
           n.landed_at AS newest_work, n.author_days, s.pre_releases_only,
           coalesce(s.exclusion, CASE
               WHEN s.pre_release AND NOT s.pre_releases_only THEN 'pre_release'
               WHEN n.landed_at IS NULL THEN 'no_new_work'
               WHEN n.landed_at < strftime('%Y-%m-%dT%H:%M:%SZ', s.published_at,
                                           (SELECT '-' || released_work_days || ' days' FROM rules))
                   THEN (SELECT 'work_older_than_' || released_work_days || '_days' FROM rules)
           END) AS reason
    FROM looked_at AS s LEFT JOIN newest AS n ON n.release_key = s.release_key
), eligible AS (
    -- LIMIT -1 materialises the rows in SQLite before 3.35, too, which does not know MATERIALIZED.
    SELECT project, published_at, min(release_key) AS release_key FROM reasoned
    WHERE pre_releases_only AND reason IS NULL GROUP BY project, published_at LIMIT -1
), spaced AS (
    SELECT project, min(published_at) AS at FROM eligible GROUP BY project
    UNION ALL
    SELECT s.project, (
        SELECT min(e.published_at) FROM eligible AS e
        WHERE e.project = s.project
          AND e.published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', s.at, (SELECT pre_release_days || ' days' FROM rules))
    ) FROM spaced AS s WHERE s.at IS NOT NULL
), in_time AS (
    SELECT e.release_key FROM eligible AS e JOIN spaced AS s ON s.project = e.project AND s.at = e.published_at
)
SELECT release_key, project, repository, tag_name, version, published_at,
       CASE WHEN is_tag AND pre_releases_only THEN 'from_tags, pre_releases_only'
            WHEN is_tag THEN 'from_tags'
            WHEN pre_releases_only THEN 'pre_releases_only' END AS flag,
       newest_work, author_days,
       coalesce(reason, CASE
           WHEN pre_releases_only AND release_key NOT IN (SELECT release_key FROM in_time)
               THEN 'pre_release_within_four_weeks' END) AS reason,
       'https://github.com/' || repository ||
           CASE WHEN is_tag THEN '/tree/' ELSE '/releases/tag/' END || tag_name AS url
FROM reasoned
WHERE published_at >= (SELECT window_start FROM as_of)
