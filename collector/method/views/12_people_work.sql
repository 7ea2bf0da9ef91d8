-- The landed work of people: what counts for weeks only is left out by name. With the Monday of each day's ISO week.
CREATE VIEW people_work AS
SELECT project, repository, coalesce(reason, 'by_' || weeks_only) AS reason, url, day, lines, day_lines,
       day_reviewed_lines, person, date(day, 'weekday 0', '-6 days') AS week
FROM landed_work;
