-- Late arrivals
-- Rows that first appeared with a date before an earlier complete sync: imported, un-hidden or back-dated.
-- :project  a project's slug; all when empty
SELECT b.project, r.full_name AS repository, l."table" AS kind, coalesce(i.title, p.title, d.title, x.tag_name) AS what,
       l.dated, l.previous_sync, l.seen_at, round(julianday(l.seen_at) - julianday(l.dated), 1) AS days_late,
       (SELECT url FROM github_website) || r.full_name || CASE l."table"
           WHEN 'issues' THEN '/issues/' || i.number
           WHEN 'pull_requests' THEN '/pull/' || p.number
           WHEN 'discussions' THEN '/discussions/' || d.number
           ELSE '/releases/tag/' || x.tag_name END AS url
FROM late_arrivals AS l
JOIN repositories AS r ON r.id = l.repository
JOIN project_repositories AS b ON b.repository = r.id
LEFT JOIN issues AS i ON l."table" = 'issues' AND i.id = CAST(l.key AS INTEGER)
LEFT JOIN pull_requests AS p ON l."table" = 'pull_requests' AND p.id = CAST(l.key AS INTEGER)
LEFT JOIN discussions AS d ON l."table" = 'discussions' AND d.id = CAST(l.key AS INTEGER)
LEFT JOIN releases AS x ON l."table" = 'releases' AND x.id = CAST(l.key AS INTEGER)
WHERE :project = '' OR b.project = :project
ORDER BY l.seen_at DESC, days_late DESC
