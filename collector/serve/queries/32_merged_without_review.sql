-- Pull requests merged without a second human's review
-- Merged in the year before the date of the views, with work of a person in them, and no insider other than the author
-- approved, asked for changes or commented on the code before the merge. Newest first.
-- :project  a project's slug; all when empty
-- :lines  at least so many counted lines; {SUBSTANTIVE_LINES} when empty
SELECT w.project, r.full_name AS repository, p.number, p.title, a.login AS author, m.login AS merged_by, p.merged_at,
       w.lines, (SELECT count(*) FROM reviews AS x WHERE x.pull_request = p.id) AS reviews_of_any_kind,
       (SELECT url FROM github_website) || r.full_name || '/pull/' || p.number AS url
FROM work AS w
JOIN pull_requests AS p ON p.id = w.pull_request
JOIN repositories AS r ON r.id = p.repository
LEFT JOIN reviewed_pull_requests AS v ON v.project = w.project AND v.pull_request = p.id
LEFT JOIN accounts AS a ON a.id = p.author
LEFT JOIN accounts AS m ON m.id = p.merged_by
WHERE v.pull_request IS NULL AND w.exclusion IS NULL AND (:project = '' OR w.project = :project)
  AND w.lines >= CAST(coalesce(nullif(:lines, ''), (SELECT substantive_lines FROM rules)) AS INTEGER)
  AND p.merged_at >= (SELECT window_start FROM as_of) AND p.merged_at < (SELECT window_end FROM as_of)
ORDER BY p.merged_at DESC
