-- Every issue and discussion opened, and every pull request that became ready for review, in the window, and whether a qualified
-- outsider opened it: no insider at that moment, no bot, no deleted account, an account at least `account_age_days`
-- old. An issue that was moved between repositories of the project goes on from its first opening; one moved in from
-- elsewhere is opened by its transfer. A draft waits from when its author made it ready; from its opening, if another
-- did, and so do all drafts of a project in which others made ready more than half of the outsiders' drafts: they ask
-- for review by opening them. `withdrawn_at` is when its author closed it for good, within `withdrawal_hours` and before
-- any other human wrote.
WITH first_turn AS (
    SELECT subject, type, actor, created_at,
           row_number() OVER (PARTITION BY subject ORDER BY created_at, id) AS place
    FROM events
    WHERE subject_type = 'PullRequest' AND type IN ('ReadyForReviewEvent', 'ConvertToDraftEvent')
), made_ready AS (
    -- Drafts that a qualified outsider opened and somebody made ready in the window.
    SELECT r.project, avg(f.actor IS NOT p.author) > 0.5 AS by_others
    FROM first_turn AS f
    JOIN pull_requests AS p ON p.id = f.subject AND p.is_cross_repository
    JOIN repositories AS r ON r.id = p.repository AND r.tracked
    JOIN accounts AS a ON a.id = p.author
    LEFT JOIN machines AS b ON b.account = p.author AND b.since <= p.created_at
    LEFT JOIN insiders AS s ON s.project = r.project AND s.account = p.author AND s.since <= p.created_at
    WHERE f.place = 1 AND f.type = 'ReadyForReviewEvent' AND b.account IS NULL AND s.account IS NULL
      AND f.created_at >= (SELECT window_start FROM as_of) AND f.created_at < (SELECT window_end FROM as_of)
      AND a.created_at <= strftime('%Y-%m-%dT%H:%M:%SZ', p.created_at,
                                   (SELECT '-' || account_age_days || ' days' FROM rules))
    GROUP BY r.project
), threads AS (
    SELECT 'Issue' AS subject_type, i.id, i.repository, i.number, i.author, i.created_at, i.gone_at,
           coalesce(t.at, i.created_at) AS opened_at, t.at IS NOT NULL AS is_transferred, t.issue IS NOT NULL AS is_moved,
           NULL AS merged_at, 0 AS is_draft, o.former IS NOT NULL AS goes_on_elsewhere
    FROM issues AS i
    LEFT JOIN moved_in_issues AS t ON t.issue = i.id
    LEFT JOIN moved_issues AS o ON o.former = i.id
    WHERE i.id IN (SELECT id FROM known_threads WHERE subject_type = 'Issue')
    UNION ALL
    SELECT subject_type, id, repository, number, author, created_at, gone_at, created_at, 0, 0, NULL, 0, 0
    FROM known_threads WHERE subject_type = 'Discussion'
    UNION ALL
    -- It was opened as a draft if the first change of that was to "ready", at whatever time, or if it is one and that
    -- never changed; it still is one at the date if the change came later.
    SELECT 'PullRequest', p.id, p.repository, p.number, p.author, p.created_at, p.gone_at,
           CASE WHEN f.type = 'ReadyForReviewEvent' AND f.actor IS p.author AND NOT coalesce(y.by_others, 0)
                THEN f.created_at ELSE p.created_at END,
           0, 0, p.merged_at,
           CASE WHEN f.type IS NULL THEN p.is_draft
                ELSE f.type = 'ReadyForReviewEvent' AND f.created_at >= (SELECT as_of FROM as_of) END, 0
    FROM pull_requests AS p
    JOIN repositories AS r ON r.id = p.repository
    LEFT JOIN first_turn AS f ON f.subject = p.id AND f.place = 1
    LEFT JOIN made_ready AS y ON y.project = r.project
    -- What became ready in the window was updated in it.
    WHERE p.updated_at >= (SELECT window_start FROM as_of) AND p.created_at < (SELECT window_end FROM as_of)
      AND p.id IN (SELECT id FROM known_threads WHERE subject_type = 'PullRequest')
), looked_at AS (
    SELECT * FROM threads
    WHERE opened_at >= (SELECT window_start FROM as_of) AND opened_at < (SELECT window_end FROM as_of)
), words AS (
    SELECT l.subject_type, l.id, min(w.at) AS at
    FROM looked_at AS l
    JOIN (
        SELECT subject_type, subject, author, created_at AS at FROM comments
        UNION ALL SELECT 'PullRequest', pull_request, author, submitted_at FROM reviews
    ) AS w ON w.subject = l.id AND w.subject_type = l.subject_type
    LEFT JOIN machines AS b ON b.account = w.author AND b.since <= w.at
    WHERE w.author IS NOT NULL AND w.author IS NOT l.author AND b.account IS NULL
    GROUP BY l.subject_type, l.id
), withdrawn AS (
    SELECT l.subject_type, l.id, min(e.created_at) AS at
    FROM looked_at AS l
    JOIN events AS e ON e.subject = l.id AND e.subject_type = l.subject_type AND e.type = 'ClosedEvent'
    LEFT JOIN words AS w ON w.subject_type = l.subject_type AND w.id = l.id
    WHERE e.actor = l.author AND e.created_at >= l.opened_at AND e.created_at < (SELECT as_of FROM as_of)
      AND strftime('%s', e.created_at) - strftime('%s', l.opened_at) <= (SELECT withdrawal_hours * 3600 FROM rules)
      AND (w.at IS NULL OR w.at >= e.created_at)
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
       l.is_transferred, l.gone_at, w.at AS withdrawn_at,
       CASE
           WHEN l.goes_on_elsewhere THEN 'moved_within_project'
           WHEN m.reason IS NOT NULL AND NOT l.is_moved THEN 'imported'
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
