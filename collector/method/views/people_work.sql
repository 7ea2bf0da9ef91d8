-- The landed work of people, with the Monday of each day's ISO week. What counts for weeks only gets a `reason`.
SELECT project, repository, coalesce(reason, 'by_' || weeks_only) AS reason, url, day, lines, day_lines,
       day_reviewed_lines, day_reviewed, person, week, work
FROM landed_work
