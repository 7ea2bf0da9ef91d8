-- The one issue that each commit closes, of all issues of its project: the first by time, then number.
WITH closed AS (
    SELECT r.project, e.source_oid AS oid, coalesce(m.issue, i.id) AS issue,
           row_number() OVER (PARTITION BY r.project, e.source_oid ORDER BY e.created_at, i.number, i.id) AS place
    FROM events AS e
    JOIN issues AS i ON i.id = e.subject
    JOIN repositories AS r ON r.id = i.repository AND r.tracked
    LEFT JOIN moved_issues AS m ON m.former = i.id
    WHERE e.type = 'ClosedEvent' AND e.subject_type = 'Issue' AND e.source_oid IS NOT NULL
      AND e.created_at < (SELECT as_of FROM as_of)
)
SELECT project, oid, issue FROM closed WHERE place = 1
