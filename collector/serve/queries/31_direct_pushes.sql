-- Work pushed directly to a default branch
-- Without a pull request, nobody else had to review it. Newest first.
-- :project  a project's slug; all when empty
-- :lines  minimum number of counted lines; {SUBSTANTIVE_LINES} when empty
SELECT w.project, r.full_name AS repository, u.pushed_at, a.login AS pushed_by, w.commits, w.lines, w.weeks_only,
       w.exclusion, l.url
FROM work AS w
JOIN work_links AS l ON l.work = w.id
JOIN pushes AS u ON u.id = w.push
JOIN repositories AS r ON r.id = w.repository
LEFT JOIN accounts AS a ON a.id = u.actor
WHERE w.pull_request IS NULL AND (:project = '' OR w.project = :project)
  AND w.lines >= CAST(coalesce(nullif(:lines, ''), (SELECT substantive_lines FROM rules)) AS INTEGER)
ORDER BY u.pushed_at DESC
