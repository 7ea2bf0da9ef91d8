-- Comments that can answer: written by a human account, and no template (the same normalised text, posted
-- `template_posts` times or more by that account in the project; commands of review on pull requests are none). `is_insider`: the account was an insider of the
-- project at that moment. A comment that was deleted later did answer.
WITH templates AS (
    SELECT r.project, c.author, c.text_hash
    FROM comments AS c JOIN repositories AS r ON r.id = c.repository AND r.tracked
    WHERE c.created_at < (SELECT as_of FROM as_of)
    GROUP BY r.project, c.author, c.text_hash HAVING count(*) >= (SELECT template_posts FROM rules)
)
SELECT c.id, c.subject, c.subject_type, c.author, c.created_at, c.length, r.project,
       i.account IS NOT NULL AS is_insider
FROM comments AS c
JOIN repositories AS r ON r.id = c.repository AND r.tracked
LEFT JOIN human_insiders AS i
  ON i.project = r.project AND i.account = c.author AND i.since <= c.created_at AND c.created_at < i.until
LEFT JOIN machines AS b ON b.account = c.author AND b.since <= c.created_at
LEFT JOIN templates AS t ON t.project = r.project AND t.author = c.author AND t.text_hash = c.text_hash
LEFT JOIN review_commands AS m ON m.text_hash = c.text_hash AND c.subject_type = 'PullRequest'
WHERE (t.text_hash IS NULL OR m.text_hash IS NOT NULL) AND b.account IS NULL AND c.author IS NOT NULL
  AND c.created_at < (SELECT as_of FROM as_of)
