-- What was left out, and why
-- Rows that a signal did not count, by reason, as of the newest date.
SELECT s.signal, x.key AS reason, sum(x.value) AS rows_left_out
FROM latest_signals AS s, json_each(s.excluded) AS x
WHERE TRUE [[AND s.project = :project]]
GROUP BY s.signal, x.key ORDER BY s.signal, rows_left_out DESC
