-- Is the work spreading over more people, or narrowing? Substantive author-days of people in the 8 windows of 13 weeks to
-- the window's end, 0 the oldest; within each those of people who were active in at least three different weeks. A window
-- with fewer than 30 of them, or that begins before the database does, tells nothing.
CREATE VIEW evidence_concentration_trend AS
WITH people AS (
    SELECT project, repository, coalesce(reason, 'by_' || weeks_only) AS reason, url, day, lines, day_lines, person,
           date(day, 'weekday 0', '-6 days') AS week,
           7 - CAST(julianday(date((SELECT window_end FROM as_of))) - julianday(day) - 1 AS INTEGER) / 91 AS quarter
    FROM two_years_work
), regular AS (
    SELECT project, quarter, person, count(DISTINCT day) AS days FROM people WHERE reason IS NULL
    GROUP BY project, quarter, person HAVING count(DISTINCT week) >= 3
), quarters AS (
    SELECT project, quarter, sum(days) AS days,
           date((SELECT window_end FROM as_of), ((quarter - 8) * 91) || ' days') < substr(
               (SELECT value FROM meta WHERE key = 'start'), 1, 10) AS before_start
    FROM regular GROUP BY project, quarter
), judged AS (
    SELECT p.*, coalesce(p.reason, CASE
               WHEN r.person IS NULL THEN 'active_in_under_3_weeks'
               WHEN q.before_start THEN 'before_lookback'
               WHEN q.days < 30 THEN 'window_under_30_author_days'
           END) AS why
    FROM people AS p
    LEFT JOIN regular AS r ON r.project = p.project AND r.quarter = p.quarter AND r.person = p.person
    LEFT JOIN quarters AS q ON q.project = p.project AND q.quarter = p.quarter
)
SELECT project, repository, why IS NULL AS counted, why AS reason, url, quarter, day, week, lines, day_lines, person
FROM judged;
