-- A score over time
-- The score of the chosen family, or overall, with its 95 % interval as a band; the last value of each week.
WITH families (family, place, name) AS (VALUES {scores})
SELECT p.name AS project, f.name AS family, s.as_of, round(s.score, 3) AS score, round(s.score_low, 3) AS low,
       round(s.score_high, 3) AS high
FROM scores AS s JOIN projects AS p ON p.slug = s.project AND p.tracked JOIN families AS f ON f.family = s.family
WHERE coalesce([[nullif(:family, ''),]] NULL, 'overall') IN (f.name, f.family) AND NOT s.little
  AND s.as_of IN (SELECT max(as_of) FROM scores GROUP BY date(as_of, 'weekday 0', '-6 days')) {chosen p.slug}
  [[AND s.as_of <= :date]]
  [[AND s.as_of >= date((SELECT max(as_of) FROM scores), '-' || :period)]]
ORDER BY p.name, s.as_of DESC
