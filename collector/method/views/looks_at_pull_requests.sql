-- Looks at pull requests before their merge by a human insider, with an account at least `account_age_days` old: a
-- review that approved, asked for changes or commented on the code, or a comment with a command of review (`/lgtm`),
-- more than `automatic_reply_seconds` after the opening.
WITH reviewers AS (
    SELECT i.project, i.account, max(i.since, a.since) AS since, i.until
    FROM human_insiders AS i JOIN account_ages AS a ON a.account = i.account
    LIMIT -1  -- materialises the rows: the age is then that of each reviewer, not of each look
)
SELECT r.project, v.pull_request, i.account AS author, v.submitted_at AS at
FROM tracked_repositories AS r
-- Of merged ones the index has all that is asked for.
CROSS JOIN pull_requests AS p ON p.repository = r.id AND p.merged_at IS NOT NULL
CROSS JOIN reviews AS v ON v.pull_request = p.id AND v.submitted_at < p.merged_at
LEFT JOIN former_authors AS h ON h.kind = 'reviews' AND h.id = v.id
CROSS JOIN reviewers AS i
  ON i.account = coalesce(h.author, v.author) AND i.project = r.project
 AND i.since <= v.submitted_at AND v.submitted_at < i.until
-- A review that was dismissed only after the merge had approved or asked for changes until then.
WHERE v.state IN ('APPROVED', 'CHANGES_REQUESTED', 'COMMENTED') OR (v.state = 'DISMISSED' AND EXISTS (
    SELECT 1 FROM events AS e
    WHERE e.subject = v.pull_request AND e.subject_type = 'PullRequest' AND e.type = 'ReviewDismissedEvent'
      AND e.review = v.id AND e.created_at >= p.merged_at
))
UNION ALL
SELECT c.project, c.subject, c.author, c.created_at
FROM human_comments AS c
CROSS JOIN pull_requests AS p ON p.id = c.subject
CROSS JOIN reviewers AS i
  ON i.account = c.author AND i.project = c.project AND i.since <= c.created_at AND c.created_at < i.until
WHERE c.is_command AND c.created_at < p.merged_at
  AND strftime('%s', c.created_at) - strftime('%s', p.created_at) > (SELECT automatic_reply_seconds FROM rules)
