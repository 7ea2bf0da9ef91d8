-- Issues that were moved between tracked repositories of one project by the date: the row that GitHub no longer lists,
-- and the row in which the thread goes on, with all that was said before. The former row is the one that GitHub forwards
-- from; until a sync finds it gone, the one with the same opening in the repository that the transfer came from.
SELECT o.id AS former, n.id AS issue
FROM issues AS o
JOIN repositories AS f ON f.id = o.repository AND f.tracked
JOIN repositories AS r ON r.project = f.project AND r.tracked
JOIN issues AS n ON n.repository = r.id AND o.moved_to LIKE '%/repositories/' || r.id || '/issues/' || n.number
JOIN events AS e ON e.subject = n.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
 AND e.created_at < (SELECT as_of FROM as_of)
WHERE o.moved_to IS NOT NULL
UNION
SELECT o.id, n.id
FROM events AS e
JOIN issues AS n ON n.id = e.subject
JOIN repositories AS r ON r.id = n.repository AND r.tracked
JOIN project_addresses AS a ON a.project = r.project AND a.full_name = e.from_repository COLLATE NOCASE
JOIN issues AS o ON o.repository = a.repository AND o.created_at = n.created_at AND o.author = n.author
 AND o.title = n.title AND o.id <> n.id AND o.moved_to IS NULL
WHERE e.type = 'TransferredEvent' AND e.subject_type = 'Issue' AND e.created_at < (SELECT as_of FROM as_of)
