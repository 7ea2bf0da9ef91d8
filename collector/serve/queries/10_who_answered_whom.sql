-- Who answered whom, and how fast
-- Issues that outsiders opened in the year before the date of the views and that an insider answered, slowest first:
-- the rows behind first_response_7d that had an answer.
-- :project  a project's slug; all when empty
WITH answers AS (
    -- LIMIT -1 has it worked out once, also by a SQLite before 3.35, which does not know MATERIALIZED.
    SELECT subject AS issue, created_at AS at, author, 'comment' AS by
    FROM human_comments WHERE subject_type = 'Issue' AND is_insider
    UNION ALL
    SELECT k.issue, p.merged_at, p.author, 'pull request'
    FROM credited_pull_requests AS k JOIN pull_requests AS p ON p.id = k.pull_request
    LIMIT -1
)
SELECT e.project, e.repository, e.number, i.title, asker.login AS asked_by, answerer.login AS answered_by,
       a.by AS answered_with, e.opened_at, e.answered_at, round(e.days, 2) AS days, e.url
FROM evidence_first_response_7d AS e
JOIN repositories AS r ON r.full_name = e.repository AND r.tracked
JOIN issues AS i ON i.repository = r.id AND i.number = e.number
LEFT JOIN answers AS a ON a.issue = i.id AND a.at = e.answered_at AND a.author IS NOT i.author
LEFT JOIN accounts AS asker ON asker.id = e.author
LEFT JOIN accounts AS answerer ON answerer.id = a.author
WHERE e.counted AND e.answered AND (:project = '' OR e.project = :project)
GROUP BY i.id
ORDER BY e.days DESC, e.opened_at, e.url
