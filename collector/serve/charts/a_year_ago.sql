-- Now and a year ago
-- The chosen signal as of the chosen date or the newest (filled, with its 95 % interval), and of the computed date nearest
-- to a year before (hollow), at most ten days off.
WITH titles (signal, place, title) AS (VALUES {signals})
SELECT p.name AS project, t.title AS signal, y.as_of, y.as_of_before, round(y.value, 3) AS value, round(y.low, 3) AS low,
       round(y.high, 3) AS high, round(y.value_before, 3) AS value_before, y.change, y.unit
FROM year_on_year AS y JOIN titles AS t ON t.signal = y.signal JOIN projects AS p ON p.slug = y.project AND p.tracked
WHERE coalesce([[nullif(:signal, ''),]] NULL, 'active_weeks') IN (t.title, t.signal)
  AND y.as_of = coalesce([[nullif(:date, ''),]] NULL, (SELECT max(as_of) FROM signals)) {chosen p.slug}
ORDER BY p.category, lower(p.name)
