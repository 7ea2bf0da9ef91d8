-- The tracked repositories of the projects (`tracked_projects`). Views begin with these and look up the facts of each,
-- so that the rows of other projects cost nothing.
SELECT r.id, t.project, r.full_name, r.role, r.status, r.has_issues, r.has_pull_requests, r.created_at, r.archived_at
FROM tracked_projects AS t CROSS JOIN repositories AS r ON r.project = t.project AND r.tracked
