-- Issues and pull requests that were in the tracked repositories by the date. What was imported or moved in later was not
-- there, whatever its date says.
SELECT t.subject_type, t.id, t.repository, r.project, r.full_name, t.number, t.author, t.created_at, t.gone_at
FROM (
    SELECT 'Issue' AS subject_type, id, repository, number, author, created_at, gone_at FROM issues
    UNION ALL
    SELECT 'PullRequest', id, repository, number, author, created_at, gone_at FROM pull_requests
) AS t
JOIN repositories AS r ON r.id = t.repository AND r.tracked
LEFT JOIN late_arrivals AS l
  ON l."table" = CASE t.subject_type WHEN 'Issue' THEN 'issues' ELSE 'pull_requests' END AND l.key = CAST(t.id AS TEXT)
WHERE t.created_at < (SELECT as_of FROM as_of) AND (l.seen_at IS NULL OR l.seen_at < (SELECT as_of FROM as_of))
  AND NOT EXISTS (
      SELECT 1 FROM events AS e
      WHERE e.subject = t.id AND e.subject_type = t.subject_type AND e.type = 'TransferredEvent'
        AND e.created_at >= (SELECT as_of FROM as_of)
  )
