-- The merged pull requests that touch economic rules on which another human wrote before the merge: a comment or review
-- of at least `notice_characters` without quotes and code, by an account at least `account_age_days` old. Whoever
-- landed it does not count: its author, or who merged it if its author is a bot.
WITH changing AS (
    SELECT r.project, p.id, coalesce(h.author, p.author) AS author, p.merged_at
    FROM tracked_repositories AS r
    CROSS JOIN pull_requests AS p ON p.repository = r.id
    JOIN last_changes AS t ON t.project = r.project AND t.pull_request = p.id
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
), said AS (
    SELECT p.project, p.id AS pull_request, p.author AS opened_by, coalesce(h.author, c.author) AS author, c.created_at AS at,
           coalesce(c.prose_length, c.length) AS characters
    FROM changing AS p
    CROSS JOIN comments AS c ON c.subject = p.id AND c.subject_type = 'PullRequest' AND c.created_at < p.merged_at
    LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
    UNION ALL
    SELECT p.project, p.id, p.author, coalesce(h.author, v.author), v.submitted_at, coalesce(v.prose_length, v.length)
    FROM changing AS p CROSS JOIN reviews AS v ON v.pull_request = p.id AND v.submitted_at < p.merged_at
    LEFT JOIN former_authors AS h ON h.kind = 'reviews' AND h.id = v.id
)
SELECT DISTINCT s.project, s.pull_request
FROM said AS s
JOIN account_ages AS a ON a.account = s.author AND a.since <= s.at
LEFT JOIN bot_merges AS m ON m.project = s.project AND m.pull_request = s.pull_request
LEFT JOIN machines AS b ON b.account = s.author AND b.since <= s.at
WHERE b.account IS NULL AND s.author <> coalesce(m.person, s.opened_by, 0)
  AND s.characters >= (SELECT notice_characters FROM rules)
