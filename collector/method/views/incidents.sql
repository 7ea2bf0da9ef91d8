-- Issues with a label that speaks of an incident, outage, security and the like, that a human insider commented on or
-- closed as COMPLETED by the date: `at` is the first such comment or closing. A label counts from its event on, or from
-- the opening where there is none, and stays when it is taken off: to unlabel what was not explained would be too easy.
WITH known AS (
    SELECT * FROM known_threads WHERE subject_type = 'Issue'
), labels AS (
    SELECT e.subject AS issue, e.label AS name, e.created_at AS since
    FROM known AS t
    CROSS JOIN events AS e ON e.subject = t.id AND e.subject_type = 'Issue' AND e.type = 'LabeledEvent'
    WHERE e.label IN (SELECT name FROM incident_labels)
    UNION ALL
    SELECT l.issue, l.name, ''
    FROM known AS t CROSS JOIN issue_labels AS l ON l.issue = t.id
    -- The plus sign keeps SQLite from trying each of the labels for each issue.
    WHERE +l.name IN (SELECT name FROM incident_labels) AND NOT EXISTS (
        SELECT 1 FROM events AS e
        WHERE e.subject = l.issue AND e.subject_type = 'Issue' AND e.type = 'LabeledEvent' AND e.label = l.name
    )
), labelled AS (
    SELECT DISTINCT t.id, t.project, t.repository, t.full_name, t.number, t.created_at
    FROM known AS t
    JOIN labels AS l ON l.issue = t.id AND l.since < (SELECT as_of FROM as_of)
    LEFT JOIN imported_threads AS m ON m.subject_type = 'Issue' AND m.subject = t.id
    WHERE m.subject IS NULL AND t.id NOT IN (SELECT former FROM moved_issues)
), acts AS (
    SELECT l.id, c.created_at AS at
    FROM labelled AS l
    JOIN comments AS c ON c.subject = l.id AND c.subject_type = 'Issue' AND c.created_at < (SELECT as_of FROM as_of)
    LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
    JOIN human_insiders AS s
      ON s.project = l.project AND s.account = coalesce(h.author, c.author)
     AND s.since <= c.created_at AND c.created_at < s.until
    UNION ALL
    SELECT l.id, e.created_at
    FROM labelled AS l
    JOIN issues AS i ON i.id = l.id
    JOIN events AS e ON e.subject = l.id AND e.subject_type = 'Issue' AND e.type = 'ClosedEvent'
     AND coalesce(e.state_reason, i.state_reason) = 'COMPLETED' AND e.created_at < (SELECT as_of FROM as_of)
    JOIN human_insiders AS s
      ON s.project = l.project AND s.account = e.actor AND s.since <= e.created_at AND e.created_at < s.until
)
SELECT l.*, min(a.at) AS at FROM labelled AS l JOIN acts AS a ON a.id = l.id GROUP BY l.id
