-- Who does the work
-- Share of a project's days of work in the year before the date of the views, from the most active person on, among those
-- active in three weeks or more, whom reports count. Unknown where there is too little work to tell.
WITH known AS (
    SELECT project FROM latest_signals WHERE signal = 'effective_contributors' AND status = 'ok'
), days AS (
    SELECT DISTINCT project, person, day FROM evidence_effective_contributors
    WHERE counted AND project IN (SELECT project FROM known)
), each AS (
    SELECT project, count(*) AS author_days,
           row_number() OVER (PARTITION BY project ORDER BY count(*) DESC, person) AS place
    FROM days GROUP BY project, person
)
SELECT p.name AS project,
       CASE WHEN e.place IS NULL THEN 'unknown' WHEN e.place = 1 THEN '1 the most active'
            WHEN e.place <= 3 THEN '2 the next two' WHEN e.place <= 10 THEN '3 the next seven' ELSE '4 all others' END
           AS people,
       sum(e.author_days) AS author_days
FROM projects AS p LEFT JOIN each AS e ON e.project = p.slug
WHERE p.tracked {chosen p.slug}
GROUP BY p.slug, people ORDER BY p.name, people
