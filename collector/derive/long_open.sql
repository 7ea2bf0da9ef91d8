-- The merged pull requests of a repository, from branches of its own, that were open and ready for long enough.
SELECT p.id, p.number, p.created_at, p.merged_at FROM pull_requests AS p
WHERE p.repository = :repository AND p.merged_at IS NOT NULL AND NOT p.is_cross_repository
  AND strftime('%s', p.merged_at) - strftime('%s', max(p.created_at, coalesce((
      SELECT max(e.created_at) FROM events AS e
      WHERE e.subject = p.id AND e.subject_type = 'PullRequest' AND e.type = 'ReadyForReviewEvent'
        AND e.created_at < p.merged_at
  ), p.created_at))) >= :days * 86400
