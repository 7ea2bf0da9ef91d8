-- All releases of a repository ever seen, with their first tag_oid and first published_at: publishing a draft again
-- does not change its date, and moving a tag does not add newer work to an older release.
SELECT l.id, l.tag_name,
       coalesce((SELECT old FROM changes WHERE "table" = 'releases' AND key = CAST(l.id AS TEXT)
                 AND "column" = 'tag_oid' AND old IS NOT NULL ORDER BY id LIMIT 1), l.tag_oid),
       coalesce(min(l.published_at, first.at), l.published_at, first.at) AS published_at, l.is_prerelease
FROM releases AS l
LEFT JOIN (
    SELECT key, min(old) AS at FROM changes
    WHERE "table" = 'releases' AND "column" = 'published_at' GROUP BY key
) AS first ON first.key = CAST(l.id AS TEXT)
WHERE l.repository = ? ORDER BY published_at, l.id
