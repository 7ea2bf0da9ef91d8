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
    -- A pull request was opened as a draft if the first change of that was to "ready", at whatever time, or if it is one
    -- and that never changed; it still is one at the date if the change came later.
    SELECT k.*,
           CASE WHEN f.type = 'ReadyForReviewEvent' AND f.actor IS k.author AND NOT coalesce(y.by_others, 0)
                THEN f.created_at ELSE coalesce(t.at, k.created_at) END AS opened_at,
           t.at IS NOT NULL AS is_transferred, t.issue IS NOT NULL AS is_moved, p.merged_at,
           CASE WHEN f.type IS NULL THEN coalesce(p.is_draft, 0)
                ELSE f.type = 'ReadyForReviewEvent' AND f.created_at >= (SELECT as_of FROM as_of) END AS is_draft,
           o.former IS NOT NULL AS goes_on_elsewhere
    FROM known_threads AS k
    LEFT JOIN moved_in_issues AS t ON k.subject_type = 'Issue' AND t.issue = k.id AND t.project = k.project
    LEFT JOIN moved_issues AS o ON k.subject_type = 'Issue' AND o.project = k.project AND o.former = k.id
    LEFT JOIN pull_requests AS p ON k.subject_type = 'PullRequest' AND p.id = k.id
    LEFT JOIN first_turn AS f ON f.subject = p.id AND f.project = k.project AND f.place = 1
    LEFT JOIN made_ready AS y ON y.project = k.project
    -- What was created before the window is opened in it only if it came or became ready later.
    WHERE k.created_at < (SELECT window_end FROM as_of) AND (
        k.created_at >= (SELECT window_start FROM as_of)
        OR k.id IN (SELECT subject FROM first_turn UNION ALL SELECT issue FROM moved_in_issues)
    )
), looked_at AS (
    SELECT * FROM threads
    WHERE opened_at >= (SELECT window_start FROM as_of) AND opened_at < (SELECT window_end FROM as_of)
)
SELECT l.subject_type, l.id, l.project, l.full_name, l.number, l.author, l.created_at, l.opened_at, l.is_draft,
       l.is_transferred, l.gone_at,
       (
           SELECT min(e.created_at) FROM events AS e
           WHERE e.subject = l.id AND e.subject_type = l.subject_type AND e.type = 'ClosedEvent' AND e.actor = l.author
             AND e.created_at >= l.opened_at AND e.created_at < (SELECT as_of FROM as_of)
             AND strftime('%s', e.created_at) - strftime('%s', l.opened_at)
                 <= (SELECT withdrawal_hours * 3600 FROM rules)
             -- GitHub writes a ClosedEvent for a merge, too.
             AND (l.merged_at IS NULL OR l.merged_at >= (SELECT as_of FROM as_of))
             AND NOT EXISTS (
                 SELECT 1 FROM events AS o
                 WHERE o.subject = e.subject AND o.subject_type = e.subject_type AND o.type = 'ReopenedEvent'
                   AND o.created_at >= e.created_at AND o.created_at < (SELECT as_of FROM as_of)
             )
             AND NOT EXISTS (
                 SELECT 1 FROM (
                     SELECT coalesce(h.author, c.author) AS author, c.created_at AS at
                     FROM comments AS c LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
                     WHERE c.subject = l.id AND c.subject_type = l.subject_type
                     UNION ALL
                     SELECT coalesce(h.author, v.author), v.submitted_at
                     FROM reviews AS v LEFT JOIN former_authors AS h ON h.kind = 'reviews' AND h.id = v.id
                     WHERE v.pull_request = l.id AND l.subject_type = 'PullRequest'
                 ) AS w
                 LEFT JOIN machines AS b ON b.account = w.author AND b.since <= w.at
                 WHERE w.at < e.created_at AND w.author <> l.author AND b.account IS NULL
             )
       ) AS withdrawn_at,
       CASE
           WHEN l.goes_on_elsewhere THEN 'moved_within_project'
           WHEN m.reason IS NOT NULL AND NOT l.is_moved THEN 'imported'
           WHEN l.author IS NULL THEN 'by_ghost'
           ELSE q.reason
       END AS reason
FROM looked_at AS l
LEFT JOIN imported_threads AS m ON m.project = l.project AND m.subject_type = l.subject_type AND m.subject = l.id
LEFT JOIN qualified_outsiders AS q
  ON q.project = l.project AND q.account = l.author AND q.since <= l.opened_at AND l.opened_at < q.until
