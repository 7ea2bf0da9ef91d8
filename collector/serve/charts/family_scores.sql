-- Scores of families
-- The mean of a family's scores on the method's fixed scale, 0 to 1, as of the chosen date or the newest, with the state of
-- each project. A ring is known in part: not all of the family's signals are. A question mark is unknown, which is not low;
-- "little" is too little public work to draw conclusions. Compare within a category; the table scores has the intervals,
-- score_letters which projects cannot be told apart.
WITH families (family, place, name) AS (VALUES {families}), states (state, place, name) AS (VALUES {states}), at AS (
    SELECT coalesce([[nullif(:date, ''),]] NULL, (SELECT max(as_of) FROM scores)) AS day
)
SELECT p.name || coalesce(': ' || t.name, '') AS project, p.category,
       row_number() OVER (ORDER BY coalesce(t.place, 0), p.category, lower(p.name), f.place) AS place, f.name AS family,
       CASE WHEN NOT s.little THEN round(s.score, 2) END AS score,
       CASE WHEN NOT s.little THEN round(s.score_low, 2) END AS low,
       CASE WHEN NOT s.little THEN round(s.score_high, 2) END AS high,
       CASE WHEN s.score IS NULL THEN 'unknown' WHEN s.little THEN 'little' END AS note,
       s.known || ' of ' || s.asked AS signals_known
FROM projects AS p
JOIN families AS f
JOIN at
LEFT JOIN project_facts AS w ON w.project = p.slug AND w.as_of = at.day
LEFT JOIN states AS t ON t.state = w.state
LEFT JOIN scores AS s ON s.project = p.slug AND s.family = f.family AND s.as_of = at.day
WHERE p.tracked {chosen p.slug}
ORDER BY place
