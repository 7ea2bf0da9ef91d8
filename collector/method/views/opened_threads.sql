-- Every issue opened, and every pull request that became ready for review, in the window, and whether a qualified
-- outsider opened it: no insider at that moment, no bot, no deleted account, an account at least `account_age_days`
-- old. `withdrawn_at` is when its author closed it, unless it was reopened. A transferred issue is opened by its
-- transfer.
WITH first_turn AS (
    SELECT subject, type, created_at,
           row_number() OVER (PARTITION BY subject ORDER BY created_at, id) AS place
    FROM events WHERE subject_type = 'PullRequest' AND type IN ('ReadyForReviewEvent', 'ConvertToDraftEvent')
), threads AS (
    SELECT 'Issue' AS subject_type, i.id, i.repository, i.number, i.author, i.created_at, i.gone_at,
           coalesce(t.at, i.created_at) AS opened_at, t.at IS NOT NULL AS is_transferred, NULL AS merged_at,
           0 AS is_draft
    FROM issues AS i
    LEFT JOIN (
        SELECT subject, max(created_at) AS at FROM events
        WHERE type = 'TransferredEvent' AND subject_type = 'Issue' GROUP BY subject
    ) AS t ON t.subject = i.id
    UNION ALL
    -- It was opened as a draft if the first change of that was to "ready", or if it never changed.
    SELECT 'PullRequest', p.id, p.repository, p.number, p.author, p.created_at, p.gone_at,
           CASE f.type WHEN 'ReadyForReviewEvent' THEN f.created_at ELSE p.created_at END, 0, p.merged_at,
           f.type IS NULL AND p.is_draft
    FROM pull_requests AS p LEFT JOIN first_turn AS f ON f.subject = p.id AND f.place = 1
    -- What became ready in the window was updated in it.
    WHERE p.updated_at >= (SELECT window_start FROM as_of) AND p.created_at < (SELECT window_end FROM as_of)
), looked_at AS (
    SELECT * FROM threads
    WHERE opened_at >= (SELECT window_start FROM as_of) AND opened_at < (SELECT window_end FROM as_of)
), withdrawn AS (
    SELECT l.subject_type, l.id, min(e.created_at) AS at
    FROM looked_at AS l
    JOIN events AS e ON e.subject = l.id AND e.subject_type = l.subject_type AND e.type = 'ClosedEvent'
    WHERE e.actor = l.author AND e.created_at >= l.opened_at AND e.created_at < (SELECT as_of FROM as_of)
      -- GitHub writes a ClosedEvent for a merge, too.
      AND (l.merged_at IS NULL OR l.merged_at >= (SELECT as_of FROM as_of))
      AND NOT EXISTS (
          SELECT 1 FROM events AS o
          WHERE o.subject = e.subject AND o.subject_type = e.subject_type AND o.type = 'ReopenedEvent'
            AND o.created_at >= e.created_at AND o.created_at < (SELECT as_of FROM as_of)
      )
    GROUP BY l.subject_type, l.id
)
SELECT l.subject_type, l.id, r.project, r.full_name, l.number, l.author, l.created_at, l.opened_at, l.is_draft,
       l.gone_at, w.at AS withdrawn_at,
       CASE
           WHEN m.reason IS NOT NULL AND NOT l.is_transferred THEN 'imported'
           WHEN l.author IS NULL THEN 'by_ghost'
           WHEN b.account IS NOT NULL THEN 'by_bot'
           WHEN s.since <= l.opened_at THEN 'by_insider'
           WHEN c.created_at IS NULL THEN 'account_age_unknown'
           WHEN c.created_at > strftime('%Y-%m-%dT%H:%M:%SZ', l.opened_at,
                                        (SELECT '-' || account_age_days || ' days' FROM rules))
               THEN (SELECT 'account_under_' || account_age_days || '_days' FROM rules)
       END AS reason
FROM looked_at AS l
JOIN repositories AS r ON r.id = l.repository AND r.tracked
LEFT JOIN imported_threads AS m ON m.subject_type = l.subject_type AND m.subject = l.id
LEFT JOIN accounts AS c ON c.id = l.author
LEFT JOIN machines AS b ON b.account = l.author AND b.since <= l.opened_at
LEFT JOIN insiders AS s ON s.project = r.project AND s.account = l.author
LEFT JOIN withdrawn AS w ON w.subject_type = l.subject_type AND w.id = l.id
