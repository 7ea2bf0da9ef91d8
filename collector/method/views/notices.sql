-- The merged pull requests on which another human wrote before the merge: a comment or review of at least
-- `notice_characters` without quotes and code, by an account at least `account_age_days` old. The other is none that
-- landed it as its author: of a bot's pull request, that is who merged it.
SELECT DISTINCT p.id AS pull_request
FROM pull_requests AS p
LEFT JOIN bot_merges AS m ON m.pull_request = p.id
JOIN (
    SELECT subject AS pull_request, author, created_at AS at, coalesce(prose_length, length) AS characters
    FROM comments WHERE subject_type = 'PullRequest'
    UNION ALL
    SELECT pull_request, author, submitted_at, coalesce(prose_length, length) FROM reviews
) AS s ON s.pull_request = p.id AND s.at < p.merged_at
JOIN accounts AS a ON a.id = s.author
LEFT JOIN machines AS b ON b.account = s.author AND b.since <= s.at
WHERE b.account IS NULL AND s.author <> coalesce(m.person, p.author, 0)
  AND s.characters >= (SELECT notice_characters FROM rules)
  AND a.created_at <= strftime('%Y-%m-%dT%H:%M:%SZ', s.at, (SELECT '-' || account_age_days || ' days' FROM rules))
