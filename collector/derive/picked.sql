-- Landed commits, and own commits of landed pull requests, that share headline and author date with a commit that only tags
-- of releases reach, or with an own commit of a pull request that was squashed there.
WITH mine AS (
    SELECT id FROM repositories WHERE project = :project AND tracked
), beside AS (
    SELECT headline, authored_at FROM tagged_commits
    WHERE repository IN (SELECT id FROM mine) AND NOT is_merge AND headline IS NOT NULL AND authored_at IS NOT NULL
    UNION
    SELECT o.headline, o.authored_at
    FROM tagged_commits AS t
    JOIN pull_requests AS p ON p.repository = t.repository AND p.merge_commit_oid = t.oid
    JOIN pull_request_commits AS o ON o.pull_request = p.id
    WHERE t.repository IN (SELECT id FROM mine)
)
SELECT c.repository, c.oid AS landed, c.oid AS own, c.headline, c.authored_at, c.additions, c.deletions
FROM commits AS c JOIN beside AS b ON b.headline = c.headline AND b.authored_at = c.authored_at
WHERE c.repository IN (SELECT id FROM mine) AND NOT c.is_merge
UNION
SELECT c.repository, c.oid, o.oid, o.headline, o.authored_at, o.additions, o.deletions
FROM pull_request_commits AS o
JOIN beside AS b ON b.headline = o.headline AND b.authored_at = o.authored_at
JOIN pull_requests AS p ON p.id = o.pull_request
JOIN commits AS c ON c.repository = p.repository AND c.oid = p.merge_commit_oid
WHERE c.repository IN (SELECT id FROM mine)
ORDER BY repository, landed, own
