-- Rewritten history of default branches
-- Force pushes, newest first, with the commits that each dropped. Work that had landed still counts on its day.
-- :project  a project's slug; all when empty
SELECT b.project, r.full_name AS repository, u.pushed_at, a.login AS pushed_by, coalesce(d.commits, 0) AS commits_dropped,
       u.before_oid, u.after_oid,
       (SELECT url FROM github_website) || r.full_name || '/compare/' || u.after_oid || '...' || u.before_oid AS url
FROM pushes AS u
JOIN repositories AS r ON r.id = u.repository AND u.ref = 'refs/heads/' || r.default_branch
JOIN project_repositories AS b ON b.repository = r.id
LEFT JOIN accounts AS a ON a.id = u.actor
LEFT JOIN (
    SELECT project, repository, left_at, count(*) AS commits FROM landings WHERE left_at IS NOT NULL
    GROUP BY project, repository, left_at
) AS d ON d.project = b.project AND d.repository = u.repository AND d.left_at = u.pushed_at
WHERE u.kind = 'force_push' AND (:project = '' OR b.project = :project)
ORDER BY u.pushed_at DESC
