-- How much human presence is there? Substantive author-days of people, at most `days_per_week` for each person and
-- week.
WITH busy AS (
    -- Few weeks have so many: only their days are numbered.
    SELECT project, person, week FROM people_work WHERE reason IS NULL
    GROUP BY person, week, project HAVING count(DISTINCT day) > (SELECT days_per_week FROM rules)
), ranked AS (
    SELECT d.project, d.person, d.day, row_number() OVER (PARTITION BY d.project, d.person, c.week ORDER BY d.day) AS place
    FROM busy AS b
    CROSS JOIN calendar AS c ON c.week = b.week
    CROSS JOIN author_days AS d ON d.project = b.project AND d.day = c.day AND d.person = b.person
    WHERE d.substantive AND d.weeks_only IS NULL
), over AS (
    SELECT project, person, day FROM ranked WHERE place > (SELECT days_per_week FROM rules)
    LIMIT -1  -- materialises the rows
)
SELECT project, repository, CAST(why IS NULL AS INTEGER) AS counted, why AS reason,
       url, day, week, lines, day_lines, person
FROM (
    SELECT w.*, coalesce(w.reason, CASE WHEN o.day IS NOT NULL
                                        THEN (SELECT 'over_' || days_per_week || '_days_a_week' FROM rules) END) AS why
    FROM people_work AS w
    LEFT JOIN over AS o ON o.person = w.person AND o.day = w.day AND o.project = w.project
)
