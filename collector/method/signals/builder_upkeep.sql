-- Are SDKs, examples and templates alive? Every asset, which is a tracked repository with the role sdk or examples, as
-- of the date. It is alive with a substantive author-day of its own, at least `substantive_lines` by one person or
-- bucket, in the `upkeep_days` before the date; one that was archived (by GitHub's date), emptied or no longer shown by
-- then is dead and stays.
WITH seen AS (
    SELECT r.id, r.project, r.full_name, r.archived_at,
           coalesce((
               SELECT c.old FROM changes AS c
               WHERE c."table" = 'repositories' AND c."column" = 'status' AND c.key = CAST(r.id AS TEXT)
                 AND c.seen_at > (SELECT as_of FROM as_of)
               ORDER BY c.seen_at, c.id LIMIT 1
           ), r.status) AS status
    FROM tracked_repositories AS r
    WHERE r.role IN ('sdk', 'examples') AND r.created_at < (SELECT as_of FROM as_of)
), assets AS (
    SELECT id, project, full_name,
           CASE WHEN archived_at < (SELECT as_of FROM as_of) AND status = 'ok' THEN 'archived'
                WHEN archived_at >= (SELECT as_of FROM as_of) AND status = 'archived' THEN 'ok'
                ELSE status END AS status
    FROM seen
), kept_up AS (
    SELECT DISTINCT project, repository FROM (
        SELECT a.project, w.repository
        FROM assets AS a CROSS JOIN work AS w ON w.repository = a.id AND w.project = a.project
        WHERE w.exclusion IS NULL AND w.landed_at < (SELECT as_of FROM as_of) AND w.reached_at < (SELECT as_of FROM as_of)
          AND w.landed_at >= strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT as_of FROM as_of),
                                      (SELECT '-' || upkeep_days || ' days' FROM rules))
        GROUP BY a.project, w.repository, w.day, w.person, w.weeks_only
        HAVING sum(w.lines) >= (SELECT substantive_lines FROM rules)
    )
), builders AS (
    SELECT project, count(*) AS people FROM (
        SELECT t.project, t.author
        FROM opened_threads AS t JOIN assets AS a ON a.full_name = t.full_name AND a.project = t.project
        WHERE t.reason IS NULL AND t.subject_type <> 'Discussion'
        GROUP BY t.project, t.author
        HAVING count(DISTINCT date(t.opened_at, 'weekday 0', '-6 days')) > 1
    ) GROUP BY project
)
SELECT a.project, a.full_name AS repository, CAST(1 AS INTEGER) AS counted, NULL AS reason,
       (SELECT url FROM github_website) || a.full_name AS url,
       a.status, (
           SELECT max(d.landed_at) FROM (
               SELECT max(w.landed_at) AS landed_at FROM work AS w
               WHERE w.repository = a.id AND w.project = a.project AND w.exclusion IS NULL
                 AND w.landed_at < (SELECT as_of FROM as_of) AND w.reached_at < (SELECT as_of FROM as_of)
               GROUP BY w.day, w.person, w.weeks_only
               HAVING sum(w.lines) >= (SELECT substantive_lines FROM rules)
           ) AS d
       ) AS last_change,
       a.status NOT IN ('archived', 'empty', 'disabled', 'private_or_gone', 'blocked') AND k.repository IS NOT NULL AS alive,
       coalesce(b.people, 0) AS external_builders
FROM assets AS a
LEFT JOIN kept_up AS k ON k.project = a.project AND k.repository = a.id
LEFT JOIN builders AS b ON b.project = a.project
