-- Is the work spreading over more people, or narrowing? Substantive author-days of people in the last `trend_quarters`
-- quarters of `quarter_weeks` to the window's end, 0 the oldest; within each quarter those of people with work in at
-- least `occasional_weeks` different weeks of it and of another of the quarters. A quarter with fewer than
-- `least_shared_days` of them is not used, nor is one that begins before the database does.
WITH early AS (
    SELECT quarter FROM calendar GROUP BY quarter
    HAVING min(day) < (SELECT substr(value, 1, 10) FROM meta WHERE key = 'start')
), staying AS (
    SELECT p.project, p.quarter, p.person, count(DISTINCT p.day) AS days
    FROM two_years_work AS p
    WHERE p.reason IS NULL AND p.weeks_only IS NULL AND p.quarter NOT IN (SELECT quarter FROM early)
    GROUP BY p.person, p.quarter, p.project
    HAVING count(DISTINCT p.week) >= (SELECT occasional_weeks FROM rules)
), lasting AS (
    SELECT project, person FROM staying GROUP BY person, project HAVING count(*) > 1
), sums AS (
    SELECT s.project, s.quarter, sum(s.days) AS days
    FROM staying AS s JOIN lasting AS l ON l.person = s.person AND l.project = s.project
    GROUP BY s.project, s.quarter
), kept AS (
    SELECT s.project, s.quarter, s.person, CASE
               WHEN l.person IS NULL THEN 'active_in_one_window_only'
               WHEN u.days < (SELECT least_shared_days FROM rules)
                   THEN (SELECT 'window_under_' || least_shared_days || '_author_days' FROM rules)
           END AS why
    FROM staying AS s
    LEFT JOIN lasting AS l ON l.person = s.person AND l.project = s.project
    LEFT JOIN sums AS u ON u.quarter = s.quarter AND u.project = s.project
    LIMIT -1  -- materialises the rows: there are far fewer than of work
)
SELECT project, repository, CAST(why IS NULL AS INTEGER) AS counted, why AS reason,
       url, quarter, day, week, lines, day_lines, person
FROM (
    SELECT p.project, p.repository, p.url, p.quarter, p.day, p.week, p.lines, p.day_lines, p.person, coalesce(p.reason, 'by_' || weeks_only, CASE
               WHEN k.person IS NOT NULL THEN k.why
               WHEN p.quarter IN (SELECT quarter FROM early) THEN 'before_lookback'
               ELSE (SELECT 'active_in_under_' || occasional_weeks || '_weeks' FROM rules)
           END) AS why
    FROM two_years_work AS p
    LEFT JOIN kept AS k ON k.person = p.person AND k.quarter = p.quarter AND k.project = p.project
)
