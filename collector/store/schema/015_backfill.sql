-- Lists whose stored rows lack facts that were added to the queries later. They are read again in the course of a week;
-- until then, signals that need these facts cannot be computed. A later migration may set this again.
ALTER TABLE sync_state ADD COLUMN backfill TEXT;   -- NULL | due | running
UPDATE sync_state SET backfill = 'due', sweep_cursor = NULL, sweep_edge = NULL, sweep_done = 0
WHERE kind IN ('issues', 'pull_requests') AND (completed_at IS NOT NULL OR first_complete_at IS NOT NULL OR cursor IS NOT NULL);
