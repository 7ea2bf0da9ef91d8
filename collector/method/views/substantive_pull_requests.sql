-- Pull requests that had landed by the date with at least `substantive_lines` counted lines. A bot's brings none.
SELECT pull_request
FROM work
WHERE pull_request IS NOT NULL AND exclusion IS NULL AND reached_at < (SELECT as_of FROM as_of)
GROUP BY pull_request HAVING sum(lines) >= (SELECT substantive_lines FROM rules)
