-- The landed work of the two years to the window's end (`dated_work`), and where it can be seen on GitHub.
SELECT project, repository, day, landed_at, tier, person, weeks_only, lines, altered_at, day_lines, day_reviewed_lines,
       day_reviewed, is_contained, reason, (SELECT url FROM work_links WHERE work_links.work = dated_work.work) AS url,
       week, quarter, work
FROM dated_work
