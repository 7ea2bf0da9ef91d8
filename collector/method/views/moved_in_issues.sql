-- Issues that carry a TransferredEvent. `at` is when the last transfer from outside of the project was; it is empty for
-- one that was only moved between tracked repositories of the project, which goes on from its first opening. Where GitHub
-- does not say where it came from, the row that it left behind decides.
SELECT e.subject AS issue,
       max(CASE WHEN n.full_name IS NULL AND (e.from_repository IS NOT NULL OR m.issue IS NULL)
                THEN e.created_at END) AS at
FROM events AS e
JOIN issues AS i ON i.id = e.subject
JOIN repositories AS r ON r.id = i.repository AND r.tracked
LEFT JOIN project_addresses AS n ON n.project = r.project AND n.full_name = e.from_repository COLLATE NOCASE
LEFT JOIN (SELECT DISTINCT issue FROM moved_issues) AS m ON m.issue = e.subject
WHERE e.type = 'TransferredEvent' AND e.subject_type = 'Issue'
GROUP BY e.subject
