-- What each sync cost
-- Requests, points of GitHub's rate limit, data and time of every run, newest first.
SELECT id, started_at, round((julianday(finished_at) - julianday(started_at)) * 1440, 1) AS minutes, exit_code, requests,
       points, round(bytes / 1e6, 1) AS megabytes, retries, round(waited_seconds / 60, 1) AS minutes_waited, inserted,
       updated, gone, message
FROM sync_runs
ORDER BY id DESC
