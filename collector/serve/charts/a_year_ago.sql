-- Now and a year ago
-- The chosen signal, or active_weeks, as of the chosen date or the newest (filled, with its 95 % interval), and of the
-- computed date nearest to a year before (hollow), at most ten days off.
SELECT p.name AS project, y.signal, y.as_of, y.as_of_before, round(y.value, 3) AS value, round(y.low, 3) AS low,
       round(y.high, 3) AS high, round(y.value_before, 3) AS value_before, y.change, y.unit
FROM year_on_year AS y JOIN projects AS p ON p.slug = y.project AND p.tracked
WHERE y.signal = coalesce([[nullif(:signal, ''),]] NULL, 'active_weeks')
  AND y.as_of = coalesce([[nullif(:date, ''),]] NULL, (SELECT max(as_of) FROM signals)) {chosen p.slug}
ORDER BY p.category, lower(p.name)
