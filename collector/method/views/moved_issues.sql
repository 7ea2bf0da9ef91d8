-- Issues that were moved between tracked repositories of one project by the date: the row that GitHub no longer lists,
-- and the row in which the thread goes on, with all that was said before.
SELECT DISTINCT o.id AS former, n.id AS issue
FROM issues AS o
JOIN repositories AS f ON f.id = o.repository AND f.tracked
JOIN repositories AS r ON r.project = f.project AND r.tracked
JOIN issues AS n ON n.repository = r.id AND o.moved_to LIKE '%/repositories/' || r.id || '/issues/' || n.number
JOIN events AS e ON e.subject = n.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
 AND e.created_at < (SELECT as_of FROM as_of)
WHERE o.moved_to IS NOT NULL
