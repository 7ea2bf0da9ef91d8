-- Who landed how many counted lines on which day, over all repositories of a project, as far as the default branches had
-- them at the date. Decides what a substantive author-day is: at least 10 lines in all, however they were split.
-- Where GitHub cannot count the lines of a commit, the lines of its day are the least that they can be.
-- Work by nobody, by deleted accounts and by mirrors is in buckets of its own: it counts for weeks, for no person.
CREATE VIEW author_days AS
SELECT w.project, w.day, w.person, w.weeks_only, sum(w.lines) AS lines,
       sum(CASE WHEN v.pull_request IS NOT NULL THEN w.lines ELSE 0 END) AS reviewed_lines,
       sum(w.lines) >= 10 AS substantive, sum(w.unsized) > 0 AS is_lower_bound
FROM work AS w
LEFT JOIN reviewed_pull_requests AS v ON v.pull_request = w.pull_request
WHERE w.exclusion IS NULL AND w.reached_at < (SELECT as_of FROM as_of) AND w.landed_at < (SELECT as_of FROM as_of)
  AND coalesce(w.left_at, '9999') >= (SELECT as_of FROM as_of)
GROUP BY w.project, w.day, w.person, w.weeks_only;
