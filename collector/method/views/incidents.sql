-- Issues with a label that speaks of an incident, outage, security and the like, that a human insider commented on or
-- closed as COMPLETED by the date: `at` is the first such comment or closing. A label counts from its event on, or from
-- the opening where there is none, and stays when it is taken off: to unlabel what was not explained would be too easy.
WITH labelled AS (
    SELECT t.id, t.project, t.repository, t.full_name, t.number, t.created_at
    FROM known_threads AS t
    LEFT JOIN imported_threads AS m ON m.project = t.project AND m.subject_type = 'Issue' AND m.subject = t.id
    WHERE t.subject_type = 'Issue' AND m.subject IS NULL
      AND (t.project, t.id) NOT IN (SELECT project, former FROM moved_issues)
      AND (EXISTS (
          SELECT 1 FROM events AS e
          WHERE e.subject = t.id AND e.subject_type = 'Issue' AND e.type = 'LabeledEvent'
            AND e.label IN (SELECT name FROM incident_labels) AND e.created_at < (SELECT as_of FROM as_of)
      ) OR EXISTS (
          SELECT 1 FROM issue_labels AS l
          -- The plus sign keeps SQLite from trying each of the labels for each issue.
          WHERE l.issue = t.id AND +l.name IN (SELECT name FROM incident_labels) AND NOT EXISTS (
              SELECT 1 FROM events AS e
              WHERE e.subject = l.issue AND e.subject_type = 'Issue' AND e.type = 'LabeledEvent' AND e.label = l.name
          )
      ))
), acknowledged AS (
    SELECT l.*, (
        SELECT min(a.at) FROM (
            SELECT coalesce(h.author, c.author) AS account, c.created_at AS at
            FROM comments AS c LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
            WHERE c.subject = l.id AND c.subject_type = 'Issue'
            UNION ALL
            SELECT e.actor, e.created_at
            FROM events AS e JOIN issues AS i ON i.id = e.subject
            WHERE e.subject = l.id AND e.subject_type = 'Issue' AND e.type = 'ClosedEvent'
              AND coalesce(e.state_reason, i.state_reason) = 'COMPLETED'
        ) AS a
        JOIN human_insiders AS s
          ON s.project = l.project AND s.account = a.account AND s.since <= a.at AND a.at < s.until
        WHERE a.at < (SELECT as_of FROM as_of)
    ) AS at
    FROM labelled AS l
    LIMIT -1  -- materialises the rows, so that the comments of each are looked through once
)
SELECT * FROM acknowledged WHERE at IS NOT NULL
