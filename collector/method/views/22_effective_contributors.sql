-- How many equally active people would give this concentration? Substantive author-days of people who were active in at
-- least three different weeks: one-off accounts cannot dilute a concentrated project.
CREATE VIEW evidence_effective_contributors AS
WITH regular AS (
    SELECT project, person FROM people_work WHERE reason IS NULL
    GROUP BY project, person HAVING count(DISTINCT week) >= 3
)
SELECT j.project, j.repository, j.reason IS NULL AND r.person IS NOT NULL AS counted,
       coalesce(j.reason, CASE WHEN r.person IS NULL THEN 'active_in_under_3_weeks' END) AS reason,
       j.url, j.day, j.week, j.lines, j.day_lines, j.person
FROM people_work AS j LEFT JOIN regular AS r ON r.project = j.project AND r.person = j.person;
