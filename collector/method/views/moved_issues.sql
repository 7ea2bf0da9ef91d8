-- Issues that were moved between tracked repositories of one project by the date: the row that GitHub no longer lists,
-- and the row in which the thread goes on, with all that was said before. The former row is the one that GitHub
-- forwards from; until a sync finds it gone, the one with the same opening in the repository that the transfer came
-- from.
SELECT f.project, o.id AS former, n.id AS issue
FROM tracked_repositories AS f
CROSS JOIN issues AS o ON o.repository = f.id
CROSS JOIN tracked_repositories AS r ON r.project = f.project
CROSS JOIN issues AS n ON n.repository = r.id AND o.moved_to LIKE '%/repositories/' || r.id || '/issues/' || n.number
CROSS JOIN events AS e ON e.subject = n.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
 AND e.created_at < (SELECT as_of FROM as_of)
WHERE o.moved_to IS NOT NULL
UNION
SELECT r.project, o.id, n.id
FROM tracked_repositories AS r
CROSS JOIN events AS e ON e.repository = r.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
CROSS JOIN issues AS n ON n.id = e.subject AND n.repository = r.id
CROSS JOIN project_addresses AS a ON a.project = r.project AND a.full_name = e.from_repository COLLATE NOCASE
CROSS JOIN issues AS o ON o.repository = a.repository AND o.created_at = n.created_at
 AND o.title = n.title AND o.id <> n.id AND o.moved_to IS NULL
LEFT JOIN former_authors AS h ON h.kind = 'issues' AND h.id = o.id
LEFT JOIN former_authors AS w ON w.kind = 'issues' AND w.id = n.id
WHERE e.created_at < (SELECT as_of FROM as_of) AND coalesce(h.author, o.author) = coalesce(w.author, n.author)
