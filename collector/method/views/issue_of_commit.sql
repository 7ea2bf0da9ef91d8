-- The one issue that each commit closes, of all issues of its project: the first by time, then number.
WITH closed AS (
    SELECT r.project, e.source_oid AS oid, CAST(coalesce(m.issue, i.id) AS INTEGER) AS issue,
           row_number() OVER (PARTITION BY r.project, e.source_oid ORDER BY e.created_at, i.number, i.id) AS place
    FROM tracked_repositories AS r
    CROSS JOIN issues AS i ON i.repository = r.id
    CROSS JOIN events AS e ON e.subject = i.id AND e.subject_type = 'Issue'
    LEFT JOIN moved_issues AS m ON m.project = r.project AND m.former = i.id
    WHERE e.type = 'ClosedEvent' AND e.source_oid IS NOT NULL
      AND e.created_at < (SELECT as_of FROM as_of)
)
SELECT project, oid, issue FROM closed WHERE place = 1
