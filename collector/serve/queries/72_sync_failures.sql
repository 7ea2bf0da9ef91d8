-- What went wrong in syncs
-- One failing repository never stops the others; here is what each run met, newest first.
SELECT e.at, e.repository, e.kind, e.error, e.run, n.exit_code
FROM sync_errors AS e LEFT JOIN sync_runs AS n ON n.id = e.run
ORDER BY e.id DESC
