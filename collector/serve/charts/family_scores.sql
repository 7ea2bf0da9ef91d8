-- Scores of families
-- The mean of a family's scores on the method's fixed scale, 0 to 1. A question mark is unknown, which is not low;
-- "little" is too little public work to draw conclusions. Compare within a category; the intervals are in
-- the report.
WITH families (family, place, signal) AS (VALUES {families}),
    -- As the report has it: fewer author-days than the signal of them needs, though the weeks are known.
    little (project) AS (
        SELECT d.project
        FROM latest_signals AS d
        JOIN latest_signals AS w ON w.project = d.project AND w.signal = 'active_weeks' AND w.status = 'ok'
        WHERE d.signal = 'contributor_days' AND d.status = 'insufficient'
    ),
    scores AS (
        SELECT p.category || ': ' || p.name AS project, f.family, min(f.place) AS place, avg(s.score) AS score,
               count(s.score) || ' of ' || count(*) AS signals_known,
               f.family IN ({little_families}) AND p.slug IN (SELECT project FROM little) AS little
        FROM projects AS p
        JOIN families AS f ON f.signal IN (SELECT signal FROM latest_signals)
        LEFT JOIN latest_signals AS s ON s.project = p.slug AND s.signal = f.signal AND s.status = 'ok'
        WHERE p.tracked [[AND p.slug = :project]]
        GROUP BY p.slug, f.family
    )
SELECT project, family, place, CASE WHEN NOT little THEN round(score, 3) END AS score, signals_known,
       iif(little AND score IS NOT NULL, 'little', '?') AS otherwise
FROM scores
ORDER BY project, place
