-- Pull requests that a second human reviewed before the merge: another than the author looked. A review after the merge
-- is too late.
SELECT DISTINCT l.project, l.pull_request
FROM looks_at_pull_requests AS l JOIN pull_requests AS p ON p.id = l.pull_request
LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
WHERE l.author IS NOT coalesce(h.author, p.author)
