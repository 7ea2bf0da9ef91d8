-- Comments that can answer: written by a human account, and no template. Commands of review on pull requests are no
-- templates. `is_insider`: the account was an insider of the project at that moment. `prose_length` is that of the
-- whole text where that without quotes and code is not known yet. A comment that was deleted later did answer.
WITH posted AS (
    -- Comments that were stored without the flag have the hash of a command if they are nothing else.
    SELECT c.id, c.subject, c.subject_type, coalesce(h.author, c.author) AS author, c.created_at, c.text_hash,
           coalesce(c.prose_length, c.length) AS prose_length, r.project,
           c.subject_type = 'PullRequest' AND coalesce(
               c.is_review_command, EXISTS (SELECT 1 FROM review_commands AS m WHERE m.text_hash = c.text_hash)
           ) AS is_command
    FROM tracked_repositories AS r
    CROSS JOIN comments AS c ON c.repository = r.id
    LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
    WHERE coalesce(h.author, c.author) IS NOT NULL AND c.created_at < (SELECT as_of FROM as_of)
      AND c.id NOT IN (SELECT id FROM copied_comments)
)
SELECT c.id, c.subject, c.subject_type, c.author, c.created_at, c.prose_length, c.is_command, c.project,
       i.account IS NOT NULL AS is_insider
FROM posted AS c
LEFT JOIN human_insiders AS i
  ON i.project = c.project AND i.account = c.author AND i.since <= c.created_at AND c.created_at < i.until
LEFT JOIN machines AS b ON b.account = c.author AND b.since <= c.created_at
LEFT JOIN comment_templates AS t ON t.project = c.project AND t.author = c.author AND t.text_hash = c.text_hash
WHERE (t.text_hash IS NULL OR c.is_command) AND b.account IS NULL
LIMIT -1  -- materialises the rows: else SQLite reads all comments of the repositories again for each thread
