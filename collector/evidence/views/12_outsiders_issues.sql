-- Every issue opened in the window, and whether a qualified outsider opened it: no insider at that moment, no bot, no
-- deleted account, an account at least 90 days old. With its first answer, and with its author's own withdrawal where that
-- came before any answer and was not taken back. A transferred issue is opened by its transfer.
CREATE VIEW outsiders_issues AS
WITH opened AS (
    SELECT i.id, r.project, r.full_name, i.number, i.author, i.created_at, i.state_reason,
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
      AND NOT EXISTS (
          SELECT 1 FROM events AS o
          WHERE o.subject = e.subject AND o.subject_type = 'Issue' AND o.type = 'ReopenedEvent'
            AND o.created_at >= e.created_at AND o.created_at < (SELECT as_of FROM as_of)
      )
    GROUP BY l.id
)
SELECT l.id, l.project, l.full_name, l.number, l.author, l.opened_at, l.state_reason, l.gone_at,
       a.at AS answered_at,
       CASE WHEN w.at < coalesce(a.at, '9999') THEN w.at END AS withdrawn_at,
       CASE
           WHEN l.imported IS NOT NULL THEN 'imported'
           WHEN l.author IS NULL THEN 'by_ghost'
           WHEN b.account IS NOT NULL THEN 'by_bot'
           WHEN s.since <= l.opened_at THEN 'by_insider'
           WHEN c.created_at IS NULL THEN 'account_age_unknown'
           WHEN c.created_at > strftime('%Y-%m-%dT%H:%M:%SZ', l.opened_at, '-90 days')
               THEN 'account_under_90_days'
       END AS reason,
       'https://github.com/' || l.full_name || '/issues/' || l.number AS url
FROM looked_at AS l
LEFT JOIN accounts AS c ON c.id = l.author
LEFT JOIN machines AS b ON b.account = l.author AND b.since <= l.opened_at
LEFT JOIN insiders AS s ON s.project = l.project AND s.account = l.author
LEFT JOIN answers AS a ON a.id = l.id
LEFT JOIN withdrawn AS w ON w.id = l.id;
