-- Commits dated long before they landed
-- A commit's own dates are set by the client; the landing is dated by GitHub where the tier is T1 or T2. Largest
-- difference first. Work on a long-lived branch looks the same as a back-dated commit: check before you judge.
-- :project  a project's slug; all when empty
-- :days  at least so many days apart; 30 when empty
SELECT l.project, r.full_name AS repository, c.headline, c.authored_at, c.committed_at, l.landed_at,
       round(julianday(l.landed_at) - julianday(c.committed_at), 1) AS days_apart,
       l.landed_by, l.tier, l.exclusion, (SELECT url FROM github_website) || r.full_name || '/commit/' || c.oid AS url
FROM landings AS l
JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid
JOIN repositories AS r ON r.id = l.repository
WHERE (:project = '' OR l.project = :project) AND l.tier <> 'T3' AND l.landed_by <> 'contained_by'
  AND abs(julianday(l.landed_at) - julianday(c.committed_at)) >= CAST(coalesce(nullif(:days, ''), '30') AS REAL)
ORDER BY abs(days_apart) DESC
