-- The addresses under which texts and events may name a tracked repository: its name, and its former names, which
-- GitHub still follows, unless another repository bears one of them now.
SELECT project, id AS repository, full_name FROM tracked_repositories
UNION
SELECT r.project, r.id, c.old
FROM tracked_repositories AS r
CROSS JOIN changes AS c ON c."table" = 'repositories' AND c.key = CAST(r.id AS TEXT)
WHERE c."column" = 'full_name' AND c.old IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM repositories AS o WHERE o.full_name = c.old)
