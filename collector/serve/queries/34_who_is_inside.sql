-- Who counts as an insider, since when, and why
-- Insiders answer, review and merge; the response signals count issues and pull requests of outsiders.
-- :project  a project's slug; all when empty
SELECT i.project, a.login, i.since, i.reason, a.created_at AS account_made_at, a.is_bot,
       (SELECT url FROM github_website) || a.login AS url
FROM insiders AS i JOIN accounts AS a ON a.id = i.account
WHERE :project = '' OR i.project = :project
ORDER BY i.project, i.since DESC
