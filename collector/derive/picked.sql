-- Landed commits, and own commits of landed pull requests, that share headline and author date with a commit that only tags
-- of releases reach, or with an own commit of a pull request that was squashed there.
WITH mine AS (
    SELECT repository AS id FROM project_repositories WHERE project = :project AND tracked
), beside AS (
    SELECT headline, authored_at FROM tagged_commits
    WHERE repository IN (SELECT id FROM mine) AND NOT is_merge AND headline IS NOT NULL AND authored_at IS NOT NULL
    UNION
    SELECT o.headline, o.authored_at
    FROM mine AS m
    CROSS JOIN pull_requests AS p ON p.repository = m.id
    JOIN tagged_commits AS t ON t.repository = p.repository AND t.oid = p.merge_commit_oid
    JOIN pull_request_commits AS o ON o.pull_request = p.id
)
SELECT c.repository, c.oid AS landed, c.oid AS own, c.headline, c.authored_at, c.additions, c.deletions
FROM commits AS c
WHERE c.repository IN (SELECT id FROM mine) AND NOT c.is_merge
  AND (c.headline, c.authored_at) IN (SELECT headline, authored_at FROM beside)
UNION
SELECT c.repository, c.oid, o.oid, o.headline, o.authored_at, o.additions, o.deletions
FROM mine AS m
CROSS JOIN pull_requests AS p ON p.repository = m.id
CROSS JOIN pull_request_commits AS o ON o.pull_request = p.id
JOIN commits AS c ON c.repository = p.repository AND c.oid = p.merge_commit_oid
WHERE (o.headline, o.authored_at) IN (SELECT headline, authored_at FROM beside)
ORDER BY repository, landed, own
