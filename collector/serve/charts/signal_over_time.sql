-- A signal over time
-- The chosen signal, with its 95 % interval as a band; the last value of each week. Gaps are weeks in which it was unknown.
-- The command "collect signals --history 105 --every week" computes two years.
WITH titles (signal, place, title) AS (VALUES {signals})
SELECT p.name AS project, t.title AS signal, s.as_of, round(s.value, 3) AS value, round(s.low, 3) AS low,
       round(s.high, 3) AS high, s.unit
FROM signals AS s JOIN titles AS t ON t.signal = s.signal JOIN projects AS p ON p.slug = s.project AND p.tracked
WHERE coalesce([[nullif(:signal, ''),]] NULL, 'active_weeks') IN (t.title, t.signal)
  AND s.as_of IN (SELECT max(as_of) FROM signals GROUP BY date(as_of, 'weekday 0', '-6 days')) {chosen p.slug}
  [[AND s.as_of <= :date]]
  [[AND s.as_of >= date((SELECT max(as_of) FROM signals), '-' || :period)]]
ORDER BY p.name, s.as_of DESC
