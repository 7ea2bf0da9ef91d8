-- How much human presence? Substantive author-days of people, at most five a person and week.
CREATE VIEW evidence_contributor_days AS
WITH ranked AS (
    SELECT *, dense_rank() OVER (PARTITION BY project, person, week, reason IS NULL ORDER BY day) AS place
    FROM people_work
)
SELECT project, repository, reason IS NULL AND place <= 5 AS counted,
       coalesce(reason, CASE WHEN place > 5 THEN 'over_5_days_a_week' END) AS reason,
       url, day, week, lines, day_lines, person
FROM ranked;
