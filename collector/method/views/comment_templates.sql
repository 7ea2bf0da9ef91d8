-- Texts that are templates: the same normalised text, posted `template_posts` times or more by one account in a project.
-- Comments that an issue brought along, when it was moved within the project or turned into a discussion, are no new
-- posts.
SELECT r.project, coalesce(h.author, c.author) AS author, c.text_hash
FROM tracked_repositories AS r CROSS JOIN comments AS c ON c.repository = r.id
LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
WHERE c.created_at < (SELECT as_of FROM as_of) AND c.id NOT IN (SELECT id FROM copied_comments)
  AND NOT (c.subject_type = 'Issue' AND (r.project, c.subject) IN (SELECT project, former FROM moved_issues))
-- The hash comes first, so that most comparisons of the sort end with it.
GROUP BY c.text_hash, r.project, coalesce(h.author, c.author) HAVING count(*) >= (SELECT template_posts FROM rules)
