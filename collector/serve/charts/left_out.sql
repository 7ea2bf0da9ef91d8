-- What was left out, and why
-- Rows that a signal did not count, by reason, as of the chosen date or the newest. The twelve most frequent reasons have a
-- colour of their own.
WITH titles (signal, place, title) AS (VALUES {signals}), found AS (
    SELECT s.signal, why(x.key) AS reason, sum(x.value) AS rows
    FROM signals AS s, json_each(s.excluded) AS x
    WHERE s.as_of = coalesce([[nullif(:date, ''),]] NULL, (SELECT max(as_of) FROM signals)) {chosen s.project}
    GROUP BY s.signal, why(x.key)
), frequent AS (
    SELECT reason FROM found GROUP BY reason ORDER BY sum(rows) DESC, reason LIMIT 12
)
SELECT t.title AS signal, t.place, coalesce(q.reason, 'other reasons') AS reason, sum(f.rows) AS rows_left_out
FROM found AS f JOIN titles AS t ON t.signal = f.signal LEFT JOIN frequent AS q ON q.reason = f.reason
GROUP BY t.signal, coalesce(q.reason, 'other reasons')
UNION ALL
SELECT '', 0, 'nothing', 0 WHERE NOT EXISTS (SELECT 1 FROM found)
ORDER BY place, rows_left_out DESC
