-- Every issue and discussion opened, and every pull request that became ready for review, in the window, and whether a
-- qualified outsider opened it (`qualified_outsiders`). An issue that was moved between repositories of the project counts from its first opening;
-- one moved in from elsewhere is opened by its transfer. A draft waits from when its author made it ready; from its
-- opening, if another did, and so do all drafts of a project in which others made ready more than half of the
-- outsiders' drafts: they ask for review by opening them. `withdrawn_at` is when its author closed it for good, within
-- `withdrawal_hours` and before any other human wrote.
WITH first_turn AS (
    SELECT r.project, e.subject, e.type, e.actor, e.created_at,
           row_number() OVER (PARTITION BY r.project, e.subject ORDER BY e.created_at, e.id) AS place
    FROM tracked_repositories AS r
    CROSS JOIN events AS e ON e.repository = r.id AND e.type IN ('ReadyForReviewEvent', 'ConvertToDraftEvent')
    WHERE e.subject_type = 'PullRequest'
), turned_ready AS (
    SELECT f.project, f.actor, coalesce(h.author, p.author) AS author, p.created_at
    FROM first_turn AS f
    JOIN pull_requests AS p ON p.id = f.subject AND p.is_cross_repository
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
    WHERE f.place = 1 AND f.type = 'ReadyForReviewEvent'
      AND f.created_at >= (SELECT window_start FROM as_of) AND f.created_at < (SELECT window_end FROM as_of)
), made_ready AS (
    -- Drafts that a qualified outsider opened and somebody made ready in the window.
    SELECT p.project, avg(p.actor IS NOT p.author) > 0.5 AS by_others
    FROM turned_ready AS p
    JOIN qualified_outsiders AS q
      ON q.project = p.project AND q.account = p.author AND q.since <= p.created_at AND p.created_at < q.until
    WHERE q.reason IS NULL
    GROUP BY p.project
), threads AS (
    SELECT k.*, coalesce(t.at, k.created_at) AS opened_at, t.at IS NOT NULL AS is_transferred,
           t.issue IS NOT NULL AS is_moved, NULL AS merged_at, 0 AS is_draft, o.former IS NOT NULL AS goes_on_elsewhere
    FROM known_threads AS k
    LEFT JOIN moved_in_issues AS t ON t.issue = k.id
    LEFT JOIN moved_issues AS o ON o.former = k.id
    WHERE k.subject_type = 'Issue'
    UNION ALL
    SELECT *, created_at, 0, 0, NULL, 0, 0 FROM known_threads WHERE subject_type = 'Discussion'
    UNION ALL
    -- It was opened as a draft if the first change of that was to "ready", at whatever time, or if it is one and that
    -- never changed; it still is one at the date if the change came later.
    SELECT k.*,
           CASE WHEN f.type = 'ReadyForReviewEvent' AND f.actor IS k.author AND NOT coalesce(y.by_others, 0)
                THEN f.created_at ELSE p.created_at END,
           0, 0, p.merged_at,
           CASE WHEN f.type IS NULL THEN p.is_draft
                ELSE f.type = 'ReadyForReviewEvent' AND f.created_at >= (SELECT as_of FROM as_of) END, 0
    FROM known_threads AS k
    JOIN pull_requests AS p ON p.id = k.id
    LEFT JOIN first_turn AS f ON f.project = k.project AND f.subject = p.id AND f.place = 1
    LEFT JOIN made_ready AS y ON y.project = k.project
    -- What became ready in the window was updated in it.
    WHERE k.subject_type = 'PullRequest' AND p.updated_at >= (SELECT window_start FROM as_of)
      AND p.created_at < (SELECT window_end FROM as_of)
), looked_at AS (
    SELECT * FROM threads
    WHERE opened_at >= (SELECT window_start FROM as_of) AND opened_at < (SELECT window_end FROM as_of)
), spoken AS (
    SELECT l.subject_type, l.id, l.author AS opened_by, coalesce(h.author, c.author) AS author, c.created_at AS at
    FROM looked_at AS l CROSS JOIN comments AS c ON c.subject = l.id AND c.subject_type = l.subject_type
    LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
    UNION ALL
    SELECT l.subject_type, l.id, l.author, coalesce(h.author, v.author), v.submitted_at
    FROM looked_at AS l CROSS JOIN reviews AS v ON v.pull_request = l.id
    LEFT JOIN former_authors AS h ON h.kind = 'reviews' AND h.id = v.id
    WHERE l.subject_type = 'PullRequest'
), words AS (
    SELECT w.subject_type, w.id, min(w.at) AS at
    FROM spoken AS w
    LEFT JOIN machines AS b ON b.account = w.author AND b.since <= w.at
    WHERE w.author IS NOT NULL AND w.author IS NOT w.opened_by AND b.account IS NULL
    GROUP BY w.subject_type, w.id
), withdrawn AS (
    SELECT l.subject_type, l.id, min(e.created_at) AS at
    FROM looked_at AS l
    CROSS JOIN events AS e ON e.subject = l.id AND e.subject_type = l.subject_type AND e.type = 'ClosedEvent'
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
SELECT l.subject_type, l.id, l.project, l.full_name, l.number, l.author, l.created_at, l.opened_at, l.is_draft,
       l.is_transferred, l.gone_at, w.at AS withdrawn_at,
       CASE
           WHEN l.goes_on_elsewhere THEN 'moved_within_project'
           WHEN m.reason IS NOT NULL AND NOT l.is_moved THEN 'imported'
           WHEN l.author IS NULL THEN 'by_ghost'
           ELSE q.reason
       END AS reason
FROM looked_at AS l
LEFT JOIN imported_threads AS m ON m.subject_type = l.subject_type AND m.subject = l.id
LEFT JOIN qualified_outsiders AS q
  ON q.project = l.project AND q.account = l.author AND q.since <= l.opened_at AND l.opened_at < q.until
LEFT JOIN withdrawn AS w ON w.subject_type = l.subject_type AND w.id = l.id
