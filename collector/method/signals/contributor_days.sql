-- How much human presence is there? Substantive author-days of people, at most `days_per_week` for each person and
-- week.
WITH days AS (
    SELECT d.project, d.person, d.day, c.week
    FROM author_days AS d JOIN calendar AS c ON c.day = d.day
    WHERE d.substantive AND d.weeks_only IS NULL
      AND d.day >= (SELECT substr(window_start, 1, 10) FROM as_of) AND d.day < (SELECT substr(window_end, 1, 10) FROM as_of)
), busy AS (
    -- Few weeks have so many: only their days are numbered.
    SELECT project, person, week FROM days
    GROUP BY person, week, project HAVING count(*) > (SELECT days_per_week FROM rules)
), ranked AS (
    SELECT d.project, d.person, d.day, row_number() OVER (PARTITION BY d.project, d.person, d.week ORDER BY d.day) AS place
    FROM busy AS b JOIN days AS d ON d.project = b.project AND d.person = b.person AND d.week = b.week
), over AS (
    SELECT project, person, day FROM ranked WHERE place > (SELECT days_per_week FROM rules)
)
SELECT project, repository, CAST(why IS NULL AS INTEGER) AS counted, why AS reason,
       url, day, week, lines, day_lines, person
FROM (
    -- IN finds the day by an index; SQLite would run through all such days for each row of a LEFT JOIN.
    SELECT *, CASE
               WHEN reason IS NOT NULL THEN reason
               WHEN (project, person, day) IN (SELECT project, person, day FROM over)
                   THEN (SELECT 'over_' || days_per_week || '_days_a_week' FROM rules)
           END AS why
    FROM people_work
)
