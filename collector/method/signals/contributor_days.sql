-- How much human presence is there? Substantive author-days of people, at most `days_per_week` for each person and
-- week.
WITH ranked AS (
    SELECT *, dense_rank() OVER (PARTITION BY project, person, week, reason IS NULL ORDER BY day) AS place
    FROM people_work
)
SELECT project, repository, CAST(reason IS NULL AND place <= (SELECT days_per_week FROM rules) AS INTEGER) AS counted,
       coalesce(reason, CASE WHEN place > (SELECT days_per_week FROM rules)
                             THEN (SELECT 'over_' || days_per_week || '_days_a_week' FROM rules) END) AS reason,
       url, day, week, lines, day_lines, person
FROM ranked
