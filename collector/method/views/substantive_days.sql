-- The substantive author-days (`author_days`) by the date: those with at least `substantive_lines`.
SELECT w.project, w.day, w.person, w.weeks_only
FROM tracked_projects AS t
CROSS JOIN work AS w ON w.project = t.project
WHERE w.exclusion IS NULL AND w.reached_at < (SELECT as_of FROM as_of) AND w.landed_at < (SELECT as_of FROM as_of)
GROUP BY w.project, w.day, w.person, w.weeks_only
HAVING sum(w.lines) >= (SELECT substantive_lines FROM rules)
