-- The issues opened in the window with their first answer, and with their author's withdrawal where that came before
-- any answer. An answer is a comment that can answer, by another account and more than `automatic_reply_seconds` after
-- the opening, or the pull request of another account that closes the issue.
WITH opened AS (
    SELECT * FROM opened_threads WHERE subject_type = 'Issue'
), answers AS (
    SELECT o.id, min(at) AS at FROM (
        SELECT l.id, c.created_at AS at
        FROM opened AS l
        JOIN human_comments AS c ON c.subject = l.id AND c.subject_type = 'Issue'
        WHERE c.author IS NOT l.author
          AND strftime('%s', c.created_at) - strftime('%s', l.opened_at) > (SELECT automatic_reply_seconds FROM rules)
        UNION ALL
        SELECT l.id, p.at
        FROM opened AS l JOIN answering_pull_requests AS p ON p.issue = l.id
        WHERE p.author IS NOT l.author AND p.opened_at > l.opened_at
    ) AS o GROUP BY o.id
)
SELECT l.id, l.project, l.full_name, l.number, l.author, l.opened_at, i.state_reason, l.gone_at, a.at AS answered_at,
       CASE WHEN a.at IS NULL OR l.withdrawn_at < a.at THEN l.withdrawn_at END AS withdrawn_at, l.reason,
       'https://github.com/' || l.full_name || '/issues/' || l.number AS url
FROM opened AS l
JOIN issues AS i ON i.id = l.id
LEFT JOIN answers AS a ON a.id = l.id
