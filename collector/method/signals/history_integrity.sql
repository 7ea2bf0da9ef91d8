-- Was public evidence removed or rewritten? Every issue, pull request and release that a sync saw in the window, with
-- the `charge` `vanished` (gone by the date) or `arrived_late` (first seen with a date that an earlier complete sync
-- should have shown); and every rewrite: force pushes to a default branch, and versions whose tag moved or vanished, or
-- whose date of publication changed, between syncs. Objects count in repositories with complete syncs at least
-- `watched_days` apart. A bot's do not: thousands of them could make what vanished a small share. An issue that was
-- transferred to where it can still be read did not vanish.
WITH scope AS (
    SELECT as_of AS until, window_start AS since FROM as_of
), watched AS (
    SELECT repository, kind,
           julianday(max(at)) - julianday(min(at)) >= (SELECT watched_days FROM rules) AS long_enough
    FROM looks WHERE at <= (SELECT until FROM scope) GROUP BY repository, kind
), objects AS (
    SELECT 'issues' AS kind, id, repository, number, '/issues/' || number AS place, created_at AS dated, author,
           first_seen_at, gone_at, moved_to
    FROM issues
    UNION ALL
    SELECT 'pull_requests', id, repository, number, '/pull/' || number, created_at, author, first_seen_at, gone_at, NULL
    FROM pull_requests
    UNION ALL
    SELECT 'releases', id, repository, NULL, '/releases/tag/' || tag_name, published_at, author, first_seen_at, gone_at,
           NULL
    FROM releases
), seen AS (
    SELECT o.*,
           CASE WHEN o.gone_at < (SELECT until FROM scope) AND o.moved_to IS NULL THEN o.gone_at END AS vanished_at,
           CASE WHEN l.seen_at < (SELECT until FROM scope) AND l.seen_at >= (SELECT since FROM scope) THEN l.seen_at
               END AS arrived_late_at,
           CASE WHEN b.account IS NOT NULL THEN 'by_bot'
                WHEN NOT coalesce(w.long_enough, 0) THEN 'not_watched_for_a_week' END AS reason
    FROM objects AS o
    LEFT JOIN machines AS b ON b.account = o.author AND b.since <= o.dated
    LEFT JOIN late_arrivals AS l ON l."table" = o.kind AND l.key = CAST(o.id AS TEXT)
    LEFT JOIN watched AS w ON w.repository = o.repository AND w.kind = o.kind
    WHERE o.first_seen_at < (SELECT until FROM scope)
      AND (o.gone_at IS NULL OR o.gone_at >= (SELECT since FROM scope))
), versions AS (
    -- The version that a tag names, of a release or on its own; moving tags and tags without a version are left out.
    SELECT DISTINCT repository, tag_name, version FROM release_versions
    WHERE version IS NOT NULL AND exclusion IS NOT 'moving_tag'
), changed AS (
    SELECT CAST(substr(key, 1, instr(key, '/') - 1) AS INTEGER) AS repository,
           substr(key, instr(key, '/') + 1) AS tag_name, 'tag_moved' AS charge, seen_at AS at
    FROM changes WHERE "table" = 'tags' AND "column" = 'oid'
    UNION ALL
    SELECT repository, name, 'tag_vanished', gone_at FROM tags WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT CAST(substr(key, 1, instr(key, '/') - 1) AS INTEGER), substr(key, instr(key, '/') + 1), 'tag_vanished', old
    FROM changes WHERE "table" = 'tags' AND "column" = 'gone_at' AND old IS NOT NULL
    UNION ALL
    SELECT l.repository, l.tag_name, CASE c."column" WHEN 'published_at' THEN 'republished' ELSE 'tag_moved' END,
           c.seen_at
    FROM changes AS c JOIN releases AS l ON c."table" = 'releases' AND c.key = CAST(l.id AS TEXT)
    WHERE c."column" IN ('published_at', 'tag_oid')
    UNION ALL
    -- Deleted and published again: a later release has the same tag.
    SELECT l.repository, l.tag_name, 'republished', l.gone_at FROM releases AS l
    WHERE l.gone_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM releases AS n
        WHERE n.repository = l.repository AND n.tag_name = l.tag_name AND n.id <> l.id
          AND n.published_at > l.published_at
    )
), rewritten AS (
    SELECT v.repository, v.version, min(c.tag_name) AS tag_name, min(c.charge) AS charge, min(c.at) AS at
    FROM changed AS c JOIN versions AS v ON v.repository = c.repository AND v.tag_name = c.tag_name
    WHERE c.at >= (SELECT since FROM scope) AND c.at < (SELECT until FROM scope)
    GROUP BY v.repository, v.version
)
SELECT r.project, r.full_name AS repository, s.reason IS NULL AS counted, s.reason,
       'https://github.com/' || r.full_name || s.place AS url, s.kind, s.number,
       CASE WHEN s.vanished_at IS NOT NULL THEN 'vanished' WHEN s.arrived_late_at IS NOT NULL THEN 'arrived_late' END
           AS charge,
       s.dated, coalesce(s.vanished_at, s.arrived_late_at) AS at
FROM seen AS s JOIN repositories AS r ON r.id = s.repository AND r.tracked
UNION ALL
SELECT r.project, r.full_name, 1, NULL,
       'https://github.com/' || r.full_name || '/compare/' || u.before_oid || '...' || u.after_oid,
       'default_branch', NULL, 'force_push', NULL, u.pushed_at
FROM pushes AS u JOIN repositories AS r ON r.id = u.repository AND r.tracked
WHERE u.kind = 'force_push' AND u.ref = 'refs/heads/' || r.default_branch
  AND u.pushed_at >= (SELECT since FROM scope) AND u.pushed_at < (SELECT until FROM scope)
UNION ALL
SELECT r.project, r.full_name, 1, NULL, 'https://github.com/' || r.full_name || '/tree/' || w.tag_name,
       'version', NULL, w.charge, NULL, w.at
FROM rewritten AS w JOIN repositories AS r ON r.id = w.repository AND r.tracked
