-- Does an outsider get a human answer within a week? Every issue opened in the window, counted if a qualified outsider
-- opened it (no insider at that moment, no bot, no deleted account, an account at least 90 days old). An issue without an
-- answer is observed until the date, also when it was closed without a word, deleted or moved away; one that its author
-- withdrew first is observed until then.
CREATE VIEW evidence_first_response_7d AS
WITH opened AS (
    SELECT i.id, r.project, r.full_name, i.number, i.author, i.created_at,
           coalesce(t.at, i.created_at) AS opened_at,
           CASE WHEN t.at IS NULL THEN m.reason END AS imported,
           i.gone_at
    FROM issues AS i
    JOIN repositories AS r ON r.id = i.repository AND r.tracked
    LEFT JOIN imported_threads AS m ON m.subject_type = 'Issue' AND m.subject = i.id
    LEFT JOIN (
        SELECT subject, max(created_at) AS at FROM events
        WHERE type = 'TransferredEvent' AND subject_type = 'Issue' GROUP BY subject
    ) AS t ON t.subject = i.id
), looked_at AS (
    SELECT * FROM opened
    WHERE opened_at >= (SELECT window_start FROM as_of) AND opened_at < (SELECT window_end FROM as_of)
), answers AS (
    SELECT o.id, min(at) AS at FROM (
        SELECT l.id, c.created_at AS at
        FROM looked_at AS l
        JOIN human_comments AS c ON c.subject = l.id AND c.subject_type = 'Issue'
        WHERE c.author IS NOT l.author AND strftime('%s', c.created_at) - strftime('%s', l.opened_at) > 120
        UNION ALL
        SELECT l.id, p.at
        FROM looked_at AS l JOIN answering_pull_requests AS p ON p.issue = l.id
        WHERE p.author IS NOT l.author AND p.opened_at > l.opened_at
    ) AS o GROUP BY o.id
), withdrawn AS (
    SELECT l.id, min(e.created_at) AS at
    FROM looked_at AS l
    JOIN events AS e ON e.subject = l.id AND e.subject_type = 'Issue' AND e.type = 'ClosedEvent'
    WHERE e.actor = l.author AND e.created_at >= l.opened_at AND e.created_at < (SELECT as_of FROM as_of)
    GROUP BY l.id
), judged AS (
    SELECT l.*, a.at AS answered_at,
           CASE WHEN w.at < coalesce(a.at, '9999') THEN w.at END AS withdrawn_at,
           CASE
               WHEN l.imported IS NOT NULL THEN 'imported'
               WHEN l.author IS NULL THEN 'by_ghost'
               WHEN b.account IS NOT NULL THEN 'by_bot'
               WHEN s.since <= l.opened_at THEN 'by_insider'
               WHEN c.created_at IS NULL THEN 'account_age_unknown'
               WHEN c.created_at > strftime('%Y-%m-%dT%H:%M:%SZ', l.opened_at, '-90 days')
                   THEN 'account_under_90_days'
           END AS reason
    FROM looked_at AS l
    LEFT JOIN accounts AS c ON c.id = l.author
    LEFT JOIN machines AS b ON b.account = l.author AND b.since <= l.opened_at
    LEFT JOIN insiders AS s ON s.project = l.project AND s.account = l.author
    LEFT JOIN answers AS a ON a.id = l.id
    LEFT JOIN withdrawn AS w ON w.id = l.id
)
SELECT project, full_name AS repository, reason IS NULL AS counted, reason,
       'https://github.com/' || full_name || '/issues/' || number AS url,
       number, author, opened_at, CASE WHEN withdrawn_at IS NULL THEN answered_at END AS answered_at, withdrawn_at,
       -- By whole seconds, so that an answer after exactly seven days is one within seven days.
       (strftime('%s', coalesce(withdrawn_at, answered_at, (SELECT as_of FROM as_of))) - strftime('%s', opened_at))
           / 86400.0 AS days,
       withdrawn_at IS NULL AND answered_at IS NOT NULL AS answered,
       gone_at
FROM judged;
