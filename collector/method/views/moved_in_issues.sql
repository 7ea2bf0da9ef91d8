-- Issues that carry a TransferredEvent. `at` is when the last transfer from outside of the project was; it is empty for
-- one that was only moved between tracked repositories of the project, which counts from its first opening. Where
-- GitHub does not say where it came from, the row that it left behind decides.
SELECT r.project, e.subject AS issue,
       max(CASE WHEN n.full_name IS NULL AND (e.from_repository IS NOT NULL OR m.issue IS NULL)
                THEN e.created_at END) AS at
FROM tracked_repositories AS r
CROSS JOIN events AS e ON e.repository = r.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
LEFT JOIN project_addresses AS n ON n.project = r.project AND n.full_name = e.from_repository COLLATE NOCASE
LEFT JOIN (SELECT DISTINCT project, issue FROM moved_issues) AS m ON m.project = r.project AND m.issue = e.subject
GROUP BY r.project, e.subject
