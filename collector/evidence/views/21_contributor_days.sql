-- How much human presence? Substantive author-days of people, at most five a person and week.
CREATE VIEW evidence_contributor_days AS
WITH judged AS (
    SELECT project, repository, coalesce(reason, 'by_' || weeks_only) AS reason, url, day, lines, day_lines, person,
           -- The Monday of the day's ISO week.
           date(day, 'weekday 0', '-6 days') AS week
    FROM landed_work
), ranked AS (
    SELECT *, dense_rank() OVER (PARTITION BY project, person, week, reason IS NULL ORDER BY day) AS place
    FROM judged
)
SELECT project, repository, reason IS NULL AND place <= 5 AS counted,
       coalesce(reason, CASE WHEN place > 5 THEN 'over_5_days_a_week' END) AS reason,
       url, day, week, lines, day_lines, person
FROM ranked;
