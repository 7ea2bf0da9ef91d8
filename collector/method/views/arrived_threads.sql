-- Known threads with an author, by when they came to the project: an issue that was moved in counts from its transfer.
-- One moved within the project goes on from its first opening, and what was imported did not come.
SELECT t.project, t.repository, t.subject_type, t.id, t.number, t.author, coalesce(v.at, t.created_at) AS created_at
FROM known_threads AS t
LEFT JOIN imported_threads AS m ON m.project = t.project AND m.subject_type = t.subject_type AND m.subject = t.id
LEFT JOIN moved_in_issues AS v ON v.issue = t.id AND v.project = t.project AND t.subject_type = 'Issue'
LEFT JOIN moved_issues AS o ON o.project = t.project AND o.former = t.id AND t.subject_type = 'Issue'
WHERE t.author IS NOT NULL AND o.former IS NULL AND (m.subject IS NULL OR v.issue IS NOT NULL)
