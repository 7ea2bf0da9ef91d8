-- Moved tags, re-dated releases, and deleted ones
-- Changes between two syncs of published versions, which should not change. Newest first.
-- :project  a project's slug; all when empty
WITH found AS (
    SELECT c.repository, t.name, 'tag moved' AS what, c.old, c.new, c.seen_at
    FROM changes AS c JOIN tags AS t ON c.key = t.repository || '/' || t.name
    WHERE c."table" = 'tags' AND c."column" = 'oid'
    UNION ALL
    SELECT c.repository, l.tag_name, 'release: ' || c."column", c.old, c.new, c.seen_at
    FROM changes AS c JOIN releases AS l ON CAST(c.key AS INTEGER) = l.id
    WHERE c."table" = 'releases' AND c."column" <> 'author'
    UNION ALL
    SELECT repository, name, 'tag gone', oid, NULL, gone_at FROM tags WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT repository, tag_name, 'release gone', published_at, NULL, gone_at FROM releases WHERE gone_at IS NOT NULL
)
SELECT b.project, r.full_name AS repository, f.name AS tag, f.what, f.old, f.new, f.seen_at,
       (SELECT url FROM github_website) || r.full_name || '/tree/' || f.name AS url
FROM found AS f JOIN repositories AS r ON r.id = f.repository JOIN project_repositories AS b ON b.repository = r.id
WHERE :project = '' OR b.project = :project
ORDER BY f.seen_at DESC
