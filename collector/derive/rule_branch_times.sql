-- When the merged pull requests of a project were force-pushed, and their own commits committed, by the committers' clocks.
WITH merged AS (
    SELECT p.id, p.merge_commit_oid FROM pull_requests AS p JOIN project_repositories AS r ON r.repository = p.repository
    WHERE r.project = ?1 AND r.tracked AND p.merged_at IS NOT NULL
)
SELECT 'force_push' AS kind, e.subject AS pull_request, e.created_at AS at
FROM events AS e JOIN merged AS m ON m.id = e.subject
WHERE e.subject_type = 'PullRequest' AND e.type = 'HeadRefForcePushedEvent'
UNION ALL
SELECT 'commit', o.pull_request, o.committed_at
FROM pull_request_commits AS o JOIN merged AS m ON m.id = o.pull_request WHERE o.committed_at IS NOT NULL
UNION ALL
-- Of a pull request that was merged by a merge commit, its own commits landed.
SELECT 'commit', l.pull_request, c.committed_at
FROM landings AS l JOIN merged AS m ON m.id = l.pull_request AND l.project = ?1
JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid
WHERE NOT c.is_merge AND c.oid <> m.merge_commit_oid AND c.committed_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM pull_request_commits AS o WHERE o.pull_request = m.id)
