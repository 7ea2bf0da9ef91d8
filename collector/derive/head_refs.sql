-- The branches of merged pull requests from the repository itself, by the push log: the first one of which a push, before
-- the merge, led to the pull request's last commit.
SELECT pull_request, ref FROM (
    SELECT p.id AS pull_request, u.ref, min(u.pushed_at)
    FROM pull_requests AS p
    JOIN pushes AS u ON u.repository = p.repository AND u.after_oid = p.head_oid
    WHERE p.repository = :repository AND p.merged_at IS NOT NULL AND NOT p.is_cross_repository
      AND u.ref <> 'refs/heads/' || p.base_ref AND u.pushed_at < p.merged_at
    GROUP BY p.id
)
