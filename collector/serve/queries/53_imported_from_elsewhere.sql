-- Imported issues, pull requests and discussions
-- Their dates come from another tracker, so they are not counted. Each row says how the import was recognised.
-- :project  a project's slug; all when empty
SELECT m.project, r.full_name AS repository, m.subject_type AS kind,
       coalesce(i.number, p.number, d.number) AS number, coalesce(i.title, p.title, d.title) AS title,
       coalesce(i.created_at, p.created_at, d.created_at) AS dated, m.reason,
       (SELECT url FROM github_website) || r.full_name || CASE m.subject_type
           WHEN 'Issue' THEN '/issues/' WHEN 'PullRequest' THEN '/pull/' ELSE '/discussions/' END ||
           coalesce(i.number, p.number, d.number) AS url
FROM imported_threads AS m
LEFT JOIN issues AS i ON m.subject_type = 'Issue' AND i.id = m.subject
LEFT JOIN pull_requests AS p ON m.subject_type = 'PullRequest' AND p.id = m.subject
LEFT JOIN discussions AS d ON m.subject_type = 'Discussion' AND d.id = m.subject
JOIN repositories AS r ON r.id = coalesce(i.repository, p.repository, d.repository)
WHERE :project = '' OR m.project = :project
ORDER BY dated DESC
