-- Pull requests that a second human reviewed before the merge: an insider of the project other than the author, with an
-- account at least `account_age_days` old, approved, requested changes or commented. A review after the merge is too
-- late.
SELECT DISTINCT p.id AS pull_request
FROM pull_requests AS p
JOIN repositories AS r ON r.id = p.repository
JOIN reviews AS v ON v.pull_request = p.id
JOIN accounts AS a ON a.id = v.author
JOIN human_insiders AS i
  ON i.project = r.project AND i.account = v.author AND i.since <= v.submitted_at AND v.submitted_at < i.until
WHERE p.merged_at IS NOT NULL AND v.submitted_at < p.merged_at
  AND v.author IS NOT p.author
  AND v.state IN ('APPROVED', 'CHANGES_REQUESTED', 'COMMENTED')
  AND a.created_at <= strftime('%Y-%m-%dT%H:%M:%SZ', v.submitted_at,
                               (SELECT '-' || account_age_days || ' days' FROM rules))
