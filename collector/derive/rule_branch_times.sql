-- When some pull requests of a project were force-pushed, and their own commits committed, by the committers' clocks.
WITH asked AS (
    SELECT id, merge_commit_oid FROM pull_requests WHERE id IN (SELECT value FROM json_each(:pull_requests))
)
SELECT 'force_push' AS kind, e.subject AS pull_request, e.created_at AS at
FROM asked AS a CROSS JOIN events AS e ON e.subject = a.id
WHERE e.subject_type = 'PullRequest' AND e.type = 'HeadRefForcePushedEvent'
UNION ALL
SELECT 'commit', o.pull_request, o.committed_at
FROM asked AS a CROSS JOIN pull_request_commits AS o ON o.pull_request = a.id WHERE o.committed_at IS NOT NULL
UNION ALL
-- Of a pull request that was merged by a merge commit, its own commits landed.
SELECT 'commit', l.pull_request, c.committed_at
FROM asked AS a CROSS JOIN landings AS l ON l.pull_request = a.id AND l.project = :project
JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid
WHERE NOT c.is_merge AND c.oid <> a.merge_commit_oid AND c.committed_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM pull_request_commits AS o WHERE o.pull_request = a.id)
