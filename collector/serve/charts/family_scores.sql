-- Scores of families
-- The mean of a family's scores on the method's fixed scale, 0 to 1, as of the chosen date or the newest. A question mark
-- is unknown, which is not low; "little" is too little public work to draw conclusions. Compare within a category; the
-- table scores has the intervals, score_letters which projects do not differ.
WITH families (family, place, name) AS (VALUES {families})
SELECT p.name AS project, p.category, row_number() OVER (ORDER BY p.category, lower(p.name), f.place) AS place, f.name AS family,
       CASE WHEN NOT s.little THEN round(s.score, 2) END AS score, round(s.score_low, 2) AS low,
       round(s.score_high, 2) AS high, s.known || ' of ' || s.asked AS signals_known,
       iif(s.little AND s.score IS NOT NULL, 'little', '?') AS otherwise
FROM projects AS p
JOIN families AS f
LEFT JOIN scores AS s ON s.project = p.slug AND s.family = f.family
 AND s.as_of = coalesce([[nullif(:date, ''),]] NULL, (SELECT max(as_of) FROM scores))
WHERE p.tracked {chosen p.slug}
ORDER BY place
