-- What is gone from GitHub
-- Issues, pull requests, discussions, comments and releases that a sync saw and that GitHub no longer lists, newest first.
-- :project  a project's slug; all when empty
WITH found AS (
    SELECT repository, 'issue' AS kind, '#' || number || ' ' || title AS what, created_at AS dated, gone_at,
           '/issues/' || number AS place FROM issues WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT repository, 'pull request', '#' || number || ' ' || title, created_at, gone_at, '/pull/' || number
    FROM pull_requests WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT repository, 'discussion', '#' || number || ' ' || title, created_at, gone_at, '/discussions/' || number
    FROM discussions WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT repository, 'comment', length || ' characters', created_at, gone_at, NULL
    FROM comments WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT repository, 'release', tag_name, published_at, gone_at, '/releases/tag/' || tag_name
    FROM releases WHERE gone_at IS NOT NULL
)
SELECT b.project, r.full_name AS repository, f.kind, f.what, f.dated, f.gone_at,
       (SELECT url FROM github_website) || r.full_name || f.place AS url
FROM found AS f JOIN repositories AS r ON r.id = f.repository JOIN project_repositories AS b ON b.repository = r.id
WHERE :project = '' OR b.project = :project
ORDER BY f.gone_at DESC
