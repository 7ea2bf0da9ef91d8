-- How many equally active people would give this concentration? Substantive author-days of people with work in at least
-- `occasional_weeks` different weeks: accounts that came once cannot dilute a concentrated project.
WITH staying AS (
    SELECT project, person FROM people_work WHERE reason IS NULL
    GROUP BY person, project HAVING count(DISTINCT week) >= (SELECT occasional_weeks FROM rules)
)
SELECT j.project, j.repository, CAST(j.reason IS NULL AND r.person IS NOT NULL AS INTEGER) AS counted,
       coalesce(j.reason, CASE WHEN r.person IS NULL
                               THEN (SELECT 'active_in_under_' || occasional_weeks || '_weeks' FROM rules) END) AS reason,
       j.url, j.day, j.week, j.lines, j.day_lines, j.person
FROM people_work AS j LEFT JOIN staying AS r ON r.person = j.person AND r.project = j.project
