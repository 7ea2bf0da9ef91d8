-- How much rests on the clocks of GitHub's servers? The landed work of the window, and beside it the commits that only
-- the client dates, on days with at least `substantive_lines` of them. Those have no person: each day is one author-day
-- of nobody. What nothing dates but an event that contains it stands apart: GitHub's clock says by when it had landed,
-- not when (`contained`). `witnessed` is what landed after the first complete sync of the repository's commits.
WITH client_dated AS (
    -- Each is a piece of work of its own, which is found by its day; of landings SQLite would read all.
    SELECT r.project, r.full_name, w.oid, substr(w.landed_at, 1, 10) AS day, w.landed_at,
           coalesce(c.additions + c.deletions, 0) AS lines,
           coalesce(sum(c.additions + c.deletions) OVER (PARTITION BY r.project, substr(w.landed_at, 1, 10)), 0)
               AS day_lines,
           max(c.additions IS NULL) OVER (PARTITION BY r.project, substr(w.landed_at, 1, 10)) AS is_lower_bound
    FROM tracked_repositories AS r
    CROSS JOIN work AS w ON w.repository = r.id AND w.project = r.project
    JOIN commits AS c ON c.repository = w.repository AND c.oid = w.oid
    WHERE w.exclusion = 'client_dated'
      AND w.landed_at >= (SELECT window_start FROM as_of) AND w.landed_at < (SELECT window_end FROM as_of)
), found AS (
    SELECT project, repository, reason, work, NULL AS oid, day, landed_at, lines, day_lines,
           CASE WHEN is_contained THEN 'contained' ELSE 'server' END AS clock,
           coalesce(weeks_only, CAST(person AS TEXT)) AS bucket
    FROM landed_work WHERE reason IS NOT 'client_dated'
    UNION ALL
    SELECT project, full_name,
           CASE WHEN day_lines >= (SELECT substantive_lines FROM rules) THEN NULL
                WHEN is_lower_bound THEN 'lines_unknown'
                ELSE (SELECT 'under_' || substantive_lines || '_lines' FROM rules) END,
           NULL, oid, day, landed_at, lines, day_lines, 'client', ''
    FROM client_dated
), complete AS (
    SELECT r.project, r.full_name, s.first_complete_at AS since
    FROM tracked_repositories AS r LEFT JOIN sync_state AS s ON s.repository = r.id AND s.kind = 'commits'
    LIMIT -1  -- materialises the rows: there are far fewer than of work
)
SELECT f.project, f.repository, CAST(f.reason IS NULL AS INTEGER) AS counted, f.reason,
       CASE WHEN f.oid IS NULL THEN (SELECT k.url FROM work_links AS k WHERE k.work = f.work)
            ELSE (SELECT url FROM github_website) || f.repository || '/commit/' || f.oid END AS url,
       f.day, f.lines, f.day_lines, f.clock, f.bucket, coalesce(f.landed_at >= c.since, 0) AS witnessed
FROM found AS f
JOIN complete AS c ON c.project = f.project AND c.full_name = f.repository
