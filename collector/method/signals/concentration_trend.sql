-- Is the work spreading over more people, or narrowing? Substantive author-days of people in the last `trend_quarters`
-- quarters of `quarter_weeks` to the window's end, 0 the oldest; within each quarter those of people with work in at
-- least `regular_weeks` different weeks. A quarter with fewer than `least_regular_days` of them is not used, nor is one
-- that begins before the database does.
WITH people AS (
    SELECT project, repository, coalesce(reason, 'by_' || weeks_only) AS reason, url, day, lines, day_lines, person,
           date(day, 'weekday 0', '-6 days') AS week,
           (SELECT trend_quarters FROM rules) - 1
               - CAST(julianday(date((SELECT window_end FROM as_of))) - julianday(day) - 1 AS INTEGER)
                 / (SELECT quarter_weeks * 7 FROM rules) AS quarter
    FROM two_years_work
), regular AS (
    SELECT project, quarter, person, count(DISTINCT day) AS days FROM people WHERE reason IS NULL
    GROUP BY project, quarter, person HAVING count(DISTINCT week) >= (SELECT regular_weeks FROM rules)
), quarters AS (
    SELECT project, quarter, sum(days) AS days,
           date((SELECT window_end FROM as_of),
                (SELECT (quarter - trend_quarters) * quarter_weeks * 7 FROM rules) || ' days')
               < substr((SELECT value FROM meta WHERE key = 'start'), 1, 10) AS before_start
    FROM regular GROUP BY project, quarter
), judged AS (
    SELECT p.*, coalesce(p.reason, CASE
               WHEN r.person IS NULL THEN (SELECT 'active_in_under_' || regular_weeks || '_weeks' FROM rules)
               WHEN q.before_start THEN 'before_lookback'
               WHEN q.days < (SELECT least_regular_days FROM rules)
                   THEN (SELECT 'window_under_' || least_regular_days || '_author_days' FROM rules)
           END) AS why
    FROM people AS p
    LEFT JOIN regular AS r ON r.project = p.project AND r.quarter = p.quarter AND r.person = p.person
    LEFT JOIN quarters AS q ON q.project = p.project AND q.quarter = p.quarter
)
SELECT project, repository, why IS NULL AS counted, why AS reason, url, quarter, day, week, lines, day_lines, person
FROM judged
