-- Every release published by the date, and every version tag of a version without a release, and whether it counts: it
-- must give users new work. That is a substantive author-day of the `released_work_days` before it that no earlier
-- counted release of the project holds; to hold a day is to contain at least `substantive_lines` of it. Drafts,
-- pre-releases, moving tags (`latest`) and versions published before do not count. In a project with pre-releases only,
-- the first counts, and then each that comes at least `pre_release_days` after the last that did.
WITH RECURSIVE published AS (
    SELECT v.project, v.repository, v.release_key, v.tag_name, v.version, v.published_at, v.exclusion, v.pre_release,
           r.full_name, v.release IS NULL AS is_tag, d.id AS release_version, d.first_days, d.newest_work
    FROM published_versions AS v
    JOIN repositories AS r ON r.id = v.repository
    JOIN release_versions AS d ON d.release_key = v.release_key AND d.project = v.project
), released AS (
    SELECT project, repository, version, tag_name, published_at FROM release_versions
    WHERE project IN (SELECT project FROM tracked_projects) AND release IS NOT NULL AND published_at <> ''
), of_version AS (
    -- When the first release of each version was published, also after the date; and so of each tag.
    SELECT project, repository, version, min(published_at) AS at FROM released GROUP BY project, repository, version
), of_tag AS (
    SELECT project, repository, tag_name, min(published_at) AS at FROM released GROUP BY project, repository, tag_name
), sourced AS (
    -- The version of a release is the release's, from its publication on; before that too, unless a sync saw the tag by
    -- then: a tag that was only seen later is dated by its commit, and nothing shows that it was there without a release.
    SELECT p.*
    FROM published AS p
    LEFT JOIN of_version AS v
      ON p.is_tag AND v.project = p.project AND v.repository = p.repository AND v.version = p.version
    LEFT JOIN of_tag AS n
      ON p.is_tag AND n.project = p.project AND n.repository = p.repository AND n.tag_name = p.tag_name
    LEFT JOIN tags AS t ON p.is_tag AND t.repository = p.repository AND t.name = p.tag_name
    WHERE NOT coalesce(v.at < (SELECT as_of FROM as_of) OR v.at <= t.first_seen_at, 0)
      AND NOT coalesce(n.at < (SELECT as_of FROM as_of) OR n.at <= t.first_seen_at, 0)
), with_full_releases AS (
    SELECT DISTINCT project FROM sourced WHERE exclusion IS NULL AND NOT pre_release
), looked_at AS (
    SELECT s.*, f.project IS NULL AS pre_releases_only,
           coalesce(s.exclusion, CASE WHEN s.pre_release AND f.project IS NOT NULL THEN 'pre_release' END) AS why,
           row_number() OVER (ORDER BY s.published_at, s.release_key, s.project) AS turn
    FROM sourced AS s LEFT JOIN with_full_releases AS f ON f.project = s.project
), held AS (
    -- Of the days that a release is first to hold at every date, `first_days` is the number.
    SELECT s.turn, s.project, s.pre_releases_only, d.day, coalesce(d.weeks_only, d.person) AS bucket, d.newest_work
    FROM looked_at AS s
    CROSS JOIN release_days AS d ON d.release_version = s.release_version
    WHERE s.why IS NULL
    -- LIMIT -1 materialises the rows in SQLite before 3.35, too, which does not know MATERIALIZED.
    LIMIT -1
), first AS (
    -- The newest work is of the row with the least turn: https://www.sqlite.org/lang_select.html#bareagg
    SELECT min(turn) AS turn, newest_work FROM held WHERE NOT pre_releases_only GROUP BY bucket, day, project
), pre_releases AS (
    SELECT s.project, s.release_key, s.published_at, h.day || ' ' || h.bucket AS author_day
    FROM looked_at AS s CROSS JOIN held AS h ON h.turn = s.turn
    WHERE s.pre_releases_only
    LIMIT -1
), chain AS (
    -- `last` is the publication and the key of a release that counts, `before` the keys of those that counted before it.
    SELECT project, min(published_at || ' ' || release_key) AS last, '' AS before FROM pre_releases GROUP BY project
    UNION ALL
    SELECT c.project, (
        SELECT min(h.published_at || ' ' || h.release_key) FROM pre_releases AS h
        WHERE h.project = c.project
          -- The first 20 characters of `last` are the time.
          AND h.published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', substr(c.last, 1, 20),
                                         (SELECT pre_release_days || ' days' FROM rules))
          AND NOT EXISTS (
              SELECT 1 FROM pre_releases AS k
              WHERE k.project = h.project AND k.author_day = h.author_day
                AND instr(c.before || substr(c.last, 21) || ' ', ' ' || k.release_key || ' ')
          )
    ), c.before || substr(c.last, 21)
    FROM chain AS c WHERE c.last IS NOT NULL
), gave AS (
    SELECT turn, max(newest_work) AS newest_work, sum(author_days) AS author_days FROM (
        SELECT turn, newest_work, 1 AS author_days FROM first
        UNION ALL
        SELECT turn, newest_work, 1 FROM held WHERE pre_releases_only
        UNION ALL
        SELECT turn, newest_work, first_days FROM looked_at WHERE why IS NULL AND first_days > 0
    ) GROUP BY turn
)
SELECT s.release_key, s.project, s.full_name AS repository, s.tag_name, s.version, s.published_at,
       CASE WHEN is_tag AND pre_releases_only THEN 'from_tags, pre_releases_only'
            WHEN is_tag THEN 'from_tags'
            WHEN pre_releases_only THEN 'pre_releases_only' END AS flag,
       g.newest_work, g.author_days,
       coalesce(s.why, CASE
           WHEN g.turn IS NULL THEN (SELECT 'no_new_work_of_' || released_work_days || '_days' FROM rules)
           WHEN pre_releases_only
                AND (s.project, s.release_key) NOT IN (SELECT project, substr(last, 22) FROM chain WHERE last IS NOT NULL)
               THEN 'pre_release_within_four_weeks' END) AS reason,
       (SELECT url FROM github_website) || s.full_name ||
           CASE WHEN is_tag THEN '/tree/' ELSE '/releases/tag/' END || s.tag_name AS url
FROM looked_at AS s LEFT JOIN gave AS g ON g.turn = s.turn
