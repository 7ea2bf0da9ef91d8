-- Issues with a label that speaks of an incident, outage, security and the like, that a human insider commented on or
-- closed as COMPLETED by the date: `at` is the first such comment or closing. A label counts from its event on, or from
-- the opening where there is none, and stays when it is taken off: to unlabel what was not explained would be too easy.
WITH labelled_later AS (
    SELECT e.subject
    FROM tracked_projects AS t
    CROSS JOIN project_repositories AS r ON r.project = t.project AND r.tracked
    CROSS JOIN events AS e
      ON e.type = 'LabeledEvent' AND e.repository = r.repository AND e.created_at < (SELECT as_of FROM as_of)
    WHERE e.subject_type = 'Issue' AND e.label IN (SELECT name FROM incident_labels)
), labelled AS (
    SELECT t.id, t.project, t.repository, t.full_name, t.number, t.created_at
    FROM known_threads AS t
    LEFT JOIN imported_threads AS m ON m.project = t.project AND m.subject_type = 'Issue' AND m.subject = t.id
    WHERE t.subject_type = 'Issue' AND m.subject IS NULL
      AND (t.project, t.id) NOT IN (SELECT project, former FROM moved_issues)
      AND (t.id IN (SELECT subject FROM labelled_later) OR EXISTS (
          SELECT 1 FROM issue_labels AS l
          -- The plus sign keeps SQLite from trying each of the labels for each issue.
          WHERE l.issue = t.id AND +l.name IN (SELECT name FROM incident_labels) AND NOT EXISTS (
              SELECT 1 FROM events AS e
              WHERE e.subject = l.issue AND e.subject_type = 'Issue' AND e.type = 'LabeledEvent' AND e.label = l.name
          )
      ))
), acknowledged AS (
    SELECT l.*, (
        SELECT c.created_at
        FROM comments AS c
        LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
        CROSS JOIN human_insiders AS s ON s.project = l.project AND s.account = coalesce(h.author, c.author)
         AND s.since <= c.created_at AND c.created_at < s.until
        WHERE c.subject = l.id AND c.subject_type = 'Issue' AND c.created_at < (SELECT as_of FROM as_of)
        ORDER BY c.created_at LIMIT 1
    ) AS commented_at, (
        SELECT e.created_at
        FROM events AS e
        CROSS JOIN issues AS i ON i.id = e.subject
        CROSS JOIN human_insiders AS s ON s.project = l.project AND s.account = e.actor
         AND s.since <= e.created_at AND e.created_at < s.until
        WHERE e.subject = l.id AND e.subject_type = 'Issue' AND e.type = 'ClosedEvent'
          AND coalesce(e.state_reason, i.state_reason) = 'COMPLETED' AND e.created_at < (SELECT as_of FROM as_of)
        ORDER BY e.created_at LIMIT 1
    ) AS completed_at
    FROM labelled AS l
    LIMIT -1  -- materialises the rows, so that the comments of each are looked through once
)
SELECT id, project, repository, full_name, number, created_at,
       coalesce(min(commented_at, completed_at), commented_at, completed_at) AS at
FROM acknowledged WHERE commented_at IS NOT NULL OR completed_at IS NOT NULL
