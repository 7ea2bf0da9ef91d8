-- Pull requests that a second human reviewed before the merge: another than the author looked. A review after the merge
-- is too late.
SELECT project, pull_request FROM (
    SELECT DISTINCT l.pull_request, l.project
    FROM looks_at_pull_requests AS l JOIN pull_requests AS p ON p.id = l.pull_request
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
    WHERE l.author IS NOT coalesce(h.author, p.author)
)
