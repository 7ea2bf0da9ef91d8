-- Days since the last complete sync
-- Of each project's stalest repository. After {STALE_AFTER_DAYS} days a signal is shown as stale.
SELECT p.name AS project, round(julianday('now') - julianday(min(s.completed_at)), 2) AS days
FROM projects AS p
JOIN project_repositories AS b ON b.project = p.slug AND b.tracked
JOIN sync_state AS s ON s.repository = b.repository
WHERE p.tracked {chosen p.slug}
GROUP BY p.slug ORDER BY days DESC
