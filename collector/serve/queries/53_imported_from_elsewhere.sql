-- Imported issues and pull requests
-- Their dates come from another tracker, so they are not counted. Each row says how the import was recognised.
-- :project  a project's slug; all when empty
SELECT r.project, r.full_name AS repository, m.subject_type AS kind, coalesce(i.number, p.number) AS number,
       coalesce(i.title, p.title) AS title, coalesce(i.created_at, p.created_at) AS dated, m.reason,
       'https://github.com/' || r.full_name || CASE m.subject_type WHEN 'Issue' THEN '/issues/' ELSE '/pull/' END ||
           coalesce(i.number, p.number) AS url
FROM imported_threads AS m
LEFT JOIN issues AS i ON m.subject_type = 'Issue' AND i.id = m.subject
LEFT JOIN pull_requests AS p ON m.subject_type = 'PullRequest' AND p.id = m.subject
JOIN repositories AS r ON r.id = coalesce(i.repository, p.repository)
WHERE :project = '' OR r.project = :project
ORDER BY dated DESC
