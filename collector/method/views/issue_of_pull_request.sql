-- The one issue that each pull request answers and closes, of all issues of its project, whoever opened them and
-- whenever: the first that its text names, else the first by time, then number, of those that GitHub connects with it.
-- What a text names beside issues of the project is passed over. A mention connects nothing, nor does a
-- connection by hand that was taken back before the merge.
-- https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
WITH named AS (
    SELECT r.project, p.id AS pull_request, i.id AS issue, w.key AS place, NULL AS at, i.number
    FROM tracked_repositories AS r
    CROSS JOIN pull_requests AS p ON p.repository = r.id
    CROSS JOIN json_each(p.closes) AS w
    CROSS JOIN project_addresses AS n
      ON n.project = r.project
     AND n.full_name = coalesce(json_extract(w.value, '$[0]'), r.full_name) COLLATE NOCASE
    JOIN issues AS i ON i.repository = n.repository AND i.number = json_extract(w.value, '$[1]')
    WHERE p.closes <> '[]'  -- to open an empty list takes longer than all else
    UNION ALL
    SELECT r.project, p.id, i.id, NULL, e.created_at, i.number
    FROM tracked_repositories AS r
    CROSS JOIN issues AS i ON i.repository = r.id
    CROSS JOIN events AS e ON e.subject = i.id AND e.subject_type = 'Issue'
    CROSS JOIN project_addresses AS n ON n.project = r.project AND n.full_name = e.source_repository COLLATE NOCASE
    CROSS JOIN pull_requests AS p ON p.repository = n.repository AND p.number = e.source_number
    WHERE e.created_at < (SELECT as_of FROM as_of)
      AND (e.type IN ('ClosedEvent', 'ConnectedEvent') OR (e.type = 'CrossReferencedEvent' AND e.will_close))
      AND NOT (e.type = 'ConnectedEvent' AND EXISTS (
          SELECT 1 FROM events AS d
          WHERE d.subject = e.subject AND d.subject_type = 'Issue' AND d.type = 'DisconnectedEvent'
            AND d.source_repository = e.source_repository AND d.source_number = e.source_number
            AND d.created_at >= e.created_at AND d.created_at < (SELECT as_of FROM as_of)
            AND (p.merged_at IS NULL OR d.created_at <= p.merged_at)
      ))
), placed AS (
    SELECT n.project, n.pull_request, CAST(coalesce(m.issue, n.issue) AS INTEGER) AS issue,
           row_number() OVER (
               PARTITION BY n.project, n.pull_request ORDER BY n.place IS NULL, n.place, n.at, n.number, n.issue
           ) AS place
    FROM named AS n LEFT JOIN moved_issues AS m ON m.project = n.project AND m.former = n.issue
)
SELECT project, pull_request, issue FROM placed WHERE place = 1
