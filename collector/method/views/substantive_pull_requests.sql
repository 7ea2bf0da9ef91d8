-- Pull requests that had landed by the date with at least `substantive_lines` counted lines. A bot's brings none.
SELECT w.project, w.pull_request
FROM tracked_projects AS t CROSS JOIN work AS w ON w.project = t.project
WHERE w.pull_request IS NOT NULL AND w.exclusion IS NULL AND w.reached_at < (SELECT as_of FROM as_of)
GROUP BY w.pull_request, w.project HAVING sum(w.lines) >= (SELECT substantive_lines FROM rules)
