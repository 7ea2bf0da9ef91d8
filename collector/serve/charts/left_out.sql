-- What was left out, and why
-- Rows that a signal did not count, by reason, as of the chosen date or the newest.
SELECT s.signal, x.key AS reason, sum(x.value) AS rows_left_out
FROM signals AS s, json_each(s.excluded) AS x
WHERE s.as_of = coalesce([[nullif(:date, ''),]] NULL, (SELECT max(as_of) FROM signals)) {chosen s.project}
GROUP BY s.signal, x.key ORDER BY s.signal, rows_left_out DESC
