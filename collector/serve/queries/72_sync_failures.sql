-- What went wrong in syncs
-- Errors of each run, newest first. A failing repository does not stop the others.
SELECT e.at, e.repository, e.kind, e.error, e.run, n.exit_code
FROM sync_errors AS e LEFT JOIN sync_runs AS n ON n.id = e.run
ORDER BY e.id DESC
