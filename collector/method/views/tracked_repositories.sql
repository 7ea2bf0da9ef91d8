-- The tracked repositories of the projects (`tracked_projects`). Views begin with these and look up the facts of each, so
-- that the rows of other projects cost nothing. Issues and pull requests are switched on or off as the last sync by the date
-- saw them.
SELECT r.id, t.project, r.full_name, p.role, r.status,
       coalesce((SELECT CAST(c.old AS INTEGER) FROM changes AS c
                 WHERE c."table" = 'repositories' AND c.key = CAST(r.id AS TEXT) AND c."column" = 'has_issues'
                   AND c.seen_at > (SELECT as_of FROM as_of)
                 ORDER BY c.id LIMIT 1), r.has_issues) AS has_issues,
       coalesce((SELECT CAST(c.old AS INTEGER) FROM changes AS c
                 WHERE c."table" = 'repositories' AND c.key = CAST(r.id AS TEXT) AND c."column" = 'has_pull_requests'
                   AND c.seen_at > (SELECT as_of FROM as_of)
                 ORDER BY c.id LIMIT 1), r.has_pull_requests) AS has_pull_requests,
       r.created_at, r.archived_at
FROM tracked_projects AS t
CROSS JOIN project_repositories AS p ON p.project = t.project AND p.tracked
CROSS JOIN repositories AS r ON r.id = p.repository
