-- A row is an author-day: a person, or a bucket of work that counts for no person, and a UTC day, with the counted
-- lines that landed over all repositories of the project, as far as the default branches had had them by the date: what
-- a rewrite drops stays landed. An author-day is substantive with at least `substantive_lines` in all, however they
-- were split, and reviewed when at least `reviewed_percent` of its lines landed by pull requests that a second human
-- reviewed. Where GitHub does not count the lines of a commit, `lines` is a lower bound. Work by nobody known, by
-- deleted accounts and by mirrors is in buckets (`weeks_only`): it counts for weeks, for no person.
SELECT w.project, w.day, w.person, w.weeks_only, sum(w.lines) AS lines,
       sum(CASE WHEN v.pull_request IS NOT NULL THEN w.lines ELSE 0 END) AS reviewed_lines,
       CAST(sum(w.lines) >= (SELECT substantive_lines FROM rules) AS INTEGER) AS substantive,
       CAST(sum(CASE WHEN v.pull_request IS NOT NULL THEN w.lines ELSE 0 END) * 100
           >= sum(w.lines) * (SELECT reviewed_percent FROM rules) AS INTEGER) AS reviewed,
       sum(w.unsized) > 0 AS is_lower_bound
FROM tracked_projects AS t
CROSS JOIN work AS w ON w.project = t.project
LEFT JOIN reviewed_pull_requests AS v ON v.project = w.project AND v.pull_request = w.pull_request
WHERE w.exclusion IS NULL AND w.reached_at < (SELECT as_of FROM as_of)
  -- The plus sign keeps SQLite from searching by the time, which finds nearly all: it would expect few rows, and then
  -- scan the reviewed pull requests for each.
  AND +w.landed_at < (SELECT as_of FROM as_of)
GROUP BY w.project, w.day, w.person, w.weeks_only
