-- The issues opened in the window with their first answer, and with their author's withdrawal where that came before
-- any answer. An answer is a comment that can answer, by another account that is an insider and more than
-- `automatic_reply_seconds` after the opening, or the merge of another insider's substantive pull request that was
-- opened after the issue and closes it. `spoken_at` is the first of these by anybody, insider or not. An issue that was
-- moved in from elsewhere and had an answer there is left out.
WITH opened AS (
    SELECT * FROM opened_threads WHERE subject_type = 'Issue'
), answers AS (
    SELECT o.id, min(CASE WHEN is_insider THEN at END) AS at, min(at) AS by_anyone_at FROM (
        SELECT l.id, c.created_at AS at, c.is_insider
        FROM opened AS l
        JOIN human_comments AS c ON c.subject = l.id AND c.subject_type = 'Issue'
        WHERE c.author IS NOT l.author
          AND strftime('%s', c.created_at) - strftime('%s', l.opened_at) > (SELECT automatic_reply_seconds FROM rules)
        UNION ALL
        SELECT l.id, p.merged_at, 1
        FROM opened AS l
        JOIN credited_pull_requests AS k ON k.issue = l.id
        JOIN pull_requests AS p ON p.id = k.pull_request AND p.merged_at < (SELECT as_of FROM as_of)
        JOIN substantive_pull_requests AS s ON s.pull_request = p.id
        JOIN human_insiders AS i
          ON i.project = l.project AND i.account = p.author AND i.since <= p.merged_at AND p.merged_at < i.until
        WHERE p.author IS NOT l.author AND p.created_at > l.opened_at
    ) AS o GROUP BY o.id
)
SELECT l.id, l.project, l.full_name, l.number, l.author, l.opened_at, i.state_reason, l.gone_at, a.at AS answered_at,
       a.by_anyone_at AS spoken_at,
       CASE WHEN a.at IS NULL OR l.withdrawn_at < a.at THEN l.withdrawn_at END AS withdrawn_at,
       coalesce(l.reason, CASE WHEN l.is_transferred AND EXISTS (
           SELECT 1 FROM human_comments AS c
           WHERE c.subject = l.id AND c.subject_type = 'Issue' AND c.is_insider AND c.author IS NOT l.author
             AND c.created_at < l.opened_at
       ) THEN 'answered_before_transfer' END) AS reason,
       'https://github.com/' || l.full_name || '/issues/' || l.number AS url
FROM opened AS l
JOIN issues AS i ON i.id = l.id
LEFT JOIN answers AS a ON a.id = l.id
