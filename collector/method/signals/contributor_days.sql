-- How much human presence is there? Substantive author-days of people, at most `days_per_week` for each person and
-- week.
WITH ranked AS (
    SELECT project, person, day, row_number() OVER (PARTITION BY project, person, week ORDER BY day) AS place
    FROM (SELECT DISTINCT project, person, week, day FROM people_work WHERE reason IS NULL)
), over AS (
    SELECT project, person, day FROM ranked WHERE place > (SELECT days_per_week FROM rules)
    LIMIT -1  -- materialises the rows: there are far fewer than of days
)
SELECT w.project, w.repository, CAST(w.reason IS NULL AND o.day IS NULL AS INTEGER) AS counted,
       coalesce(w.reason, CASE WHEN o.day IS NOT NULL
                               THEN (SELECT 'over_' || days_per_week || '_days_a_week' FROM rules) END) AS reason,
       w.url, w.day, w.week, w.lines, w.day_lines, w.person
FROM people_work AS w
LEFT JOIN over AS o ON o.project = w.project AND o.person = w.person AND o.day = w.day
