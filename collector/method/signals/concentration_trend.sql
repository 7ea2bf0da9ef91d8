-- Is the work spreading over more people, or narrowing? Substantive author-days of people in the last `trend_quarters`
-- quarters of `quarter_weeks` to the window's end, 0 the oldest; within each quarter those of people with work in at
-- least `occasional_weeks` different weeks of it and of another of the quarters. A quarter with fewer than
-- `least_shared_days` of them is not used, nor is one that begins before the database does.
WITH people AS (
    SELECT project, repository, coalesce(reason, 'by_' || weeks_only) AS reason, url, day, lines, day_lines, person,
           date(day, 'weekday 0', '-6 days') AS week,
           (SELECT trend_quarters FROM rules) - 1
               - CAST(julianday(date((SELECT window_end FROM as_of))) - julianday(day) - 1 AS INTEGER)
                 / (SELECT quarter_weeks * 7 FROM rules) AS quarter
    FROM two_years_work
), quarters AS (
    SELECT quarter, date((SELECT window_end FROM as_of),
                         (SELECT (quarter - trend_quarters) * quarter_weeks * 7 FROM rules) || ' days')
               < substr((SELECT value FROM meta WHERE key = 'start'), 1, 10) AS before_start
    FROM (SELECT DISTINCT quarter FROM people)
), staying AS (
    SELECT p.project, p.quarter, p.person, count(DISTINCT p.day) AS days
    FROM people AS p JOIN quarters AS q ON q.quarter = p.quarter AND NOT q.before_start
    WHERE p.reason IS NULL
    GROUP BY p.project, p.quarter, p.person
    HAVING count(DISTINCT p.week) >= (SELECT occasional_weeks FROM rules)
), lasting AS (
    SELECT project, person FROM staying GROUP BY project, person HAVING count(*) > 1
), sums AS (
    SELECT s.project, s.quarter, sum(s.days) AS days
    FROM staying AS s JOIN lasting AS l ON l.project = s.project AND l.person = s.person
    GROUP BY s.project, s.quarter
), kept AS (
    SELECT s.project, s.quarter, s.person, CASE
               WHEN l.person IS NULL THEN 'active_in_one_window_only'
               WHEN u.days < (SELECT least_shared_days FROM rules)
                   THEN (SELECT 'window_under_' || least_shared_days || '_author_days' FROM rules)
           END AS why
    FROM staying AS s
    LEFT JOIN lasting AS l ON l.project = s.project AND l.person = s.person
    LEFT JOIN sums AS u ON u.project = s.project AND u.quarter = s.quarter
    LIMIT -1  -- materialises the rows: there are far fewer than of work
), judged AS (
    SELECT p.*, coalesce(p.reason, CASE
               WHEN q.before_start THEN 'before_lookback'
               WHEN k.person IS NULL THEN (SELECT 'active_in_under_' || occasional_weeks || '_weeks' FROM rules)
               ELSE k.why
           END) AS why
    FROM people AS p
    JOIN quarters AS q ON q.quarter = p.quarter
    LEFT JOIN kept AS k ON k.project = p.project AND k.quarter = p.quarter AND k.person = p.person
)
SELECT project, repository, CAST(why IS NULL AS INTEGER) AS counted, why AS reason,
       url, quarter, day, week, lines, day_lines, person
FROM judged
