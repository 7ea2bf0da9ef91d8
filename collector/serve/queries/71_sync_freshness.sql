-- How recent the data of each repository is
-- The time up to which all of its lists are complete, which lists never were, and errors so far.
-- :project  a project's slug; all when empty
SELECT b.project, r.full_name AS repository, r.status, min(s.completed_at) AS complete_since,
       round(julianday('now') - julianday(min(s.completed_at)), 1) AS days_ago,
       group_concat(CASE WHEN s.completed_at IS NULL THEN s.kind END, ', ') AS never_complete,
       (SELECT count(*) FROM sync_errors AS e WHERE e.repository = r.full_name) AS errors,
       (SELECT url FROM github_website) || r.full_name AS url
FROM project_repositories AS b
JOIN repositories AS r ON r.id = b.repository
LEFT JOIN sync_state AS s ON s.repository = r.id
WHERE b.tracked AND (:project = '' OR b.project = :project)
GROUP BY b.project, r.id
ORDER BY complete_since, r.full_name, b.project
