-- The addresses under which texts and events may name a tracked repository: its name, and its former names, which
-- GitHub still follows, unless another repository bears one of them now.
SELECT project, id AS repository, full_name FROM repositories WHERE tracked
UNION
SELECT r.project, r.id, c.old
FROM changes AS c JOIN repositories AS r ON c.key = CAST(r.id AS TEXT) AND r.tracked
WHERE c."table" = 'repositories' AND c."column" = 'full_name' AND c.old IS NOT NULL
  AND c.old NOT IN (SELECT full_name FROM repositories)
