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
    LIMIT -1  -- materialises the rows: there are far fewer than of work
)
SELECT w.project, w.repository, CAST(w.reason IS NULL AND o.day IS NULL AS INTEGER) AS counted,
       coalesce(w.reason, CASE WHEN o.day IS NOT NULL
                               THEN (SELECT 'over_' || days_per_week || '_days_a_week' FROM rules) END) AS reason,
       w.url, w.day, w.week, w.lines, w.day_lines, w.person
FROM people_work AS w
LEFT JOIN over AS o ON o.project = w.project AND o.person = w.person AND o.day = w.day
