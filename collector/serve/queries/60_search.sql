-- Search in titles and release notes
-- Words in the titles of issues and pull requests and in releases, best match first, 200 at most.
-- :words  what to look for; "release" when empty
-- :project  a project's slug; all when empty
WITH asked AS (SELECT escape_fts(coalesce(nullif(trim(:words), ''), 'release')) AS words), found AS (
    SELECT i.repository, 'issue' AS kind, '#' || i.number AS name, i.title, i.created_at AS at,
           '/issues/' || i.number AS place, f.rank
    FROM issues_fts AS f JOIN issues AS i ON i.rowid = f.rowid
    WHERE issues_fts MATCH (SELECT words FROM asked)
    UNION ALL
    SELECT p.repository, 'pull request', '#' || p.number, p.title, p.created_at, '/pull/' || p.number, f.rank
    FROM pull_requests_fts AS f JOIN pull_requests AS p ON p.rowid = f.rowid
    WHERE pull_requests_fts MATCH (SELECT words FROM asked)
    UNION ALL
    SELECT l.repository, 'release', l.tag_name, l.name, l.published_at, '/releases/tag/' || l.tag_name, f.rank
    FROM releases_fts AS f JOIN releases AS l ON l.rowid = f.rowid
    WHERE releases_fts MATCH (SELECT words FROM asked)
)
SELECT b.project, r.full_name AS repository, f.kind, f.name, f.title, f.at,
       (SELECT url FROM github_website) || r.full_name || f.place AS url
FROM found AS f JOIN repositories AS r ON r.id = f.repository JOIN project_repositories AS b ON b.repository = r.id
WHERE :project = '' OR b.project = :project
ORDER BY f.rank LIMIT 200
