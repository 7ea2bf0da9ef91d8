-- What answers the issues and discussions opened in the window, later than `automatic_reply_seconds` after the opening:
-- comments that can answer, by another account, there or in the discussion that an issue became; the marking of another
-- human's comment as the answer, by the discussion's author or an insider; and the merge of another insider's
-- substantive pull request that was opened after the issue and closes it. Comments of others than insiders answer only
-- for the companion `answered_by_anyone` (`is_insider` is 0).
WITH opened AS (
    SELECT subject_type, id, project, author, opened_at FROM opened_threads WHERE subject_type <> 'PullRequest'
), places AS (
    -- The thread itself, and the discussion that an issue became.
    SELECT o.*, CASE WHEN w.turned THEN 'Discussion' ELSE o.subject_type END AS place_type,
           CASE WHEN w.turned THEN t.discussion ELSE o.id END AS place
    FROM opened AS o
    CROSS JOIN (SELECT 0 AS turned UNION ALL SELECT 1) AS w
    LEFT JOIN turned_issues AS t ON w.turned AND o.subject_type = 'Issue' AND t.issue = o.id
    WHERE t.discussion IS NOT NULL OR NOT w.turned
), answers AS (
    SELECT p.project, p.subject_type, p.id, p.opened_at, c.created_at AS at, c.author, 'comment' AS how, c.is_insider
    FROM places AS p CROSS JOIN human_comments AS c ON c.subject = p.place AND c.subject_type = p.place_type
    WHERE c.project = p.project AND c.author IS NOT p.author
    UNION ALL
    SELECT p.project, p.subject_type, p.id, p.opened_at, m.chosen_at, coalesce(h.author, c.author), 'mark', 1
    FROM places AS p
    CROSS JOIN answer_marks AS m ON m.project = p.project AND m.discussion = p.place AND p.place_type = 'Discussion'
    JOIN comments AS c ON c.id = m.comment
    LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
    LEFT JOIN human_insiders AS i
      ON i.project = p.project AND i.account = m.account AND i.since <= m.chosen_at AND m.chosen_at < i.until
    LEFT JOIN machines AS b ON b.account = coalesce(h.author, c.author) AND b.since <= c.created_at
    WHERE m.chosen_at < (SELECT as_of FROM as_of) AND (m.account = p.author OR i.account IS NOT NULL)
      AND coalesce(h.author, c.author) IS NOT NULL AND coalesce(h.author, c.author) IS NOT p.author
      AND b.account IS NULL
    UNION ALL
    SELECT o.project, o.subject_type, o.id, NULL, p.merged_at, coalesce(h.author, p.author), 'pull request', 1
    FROM opened AS o
    CROSS JOIN issue_of_pull_request AS k ON k.project = o.project AND k.issue = o.id AND o.subject_type = 'Issue'
    CROSS JOIN pull_requests AS p ON p.id = k.pull_request AND p.merged_at < (SELECT as_of FROM as_of)
    CROSS JOIN substantive_pull_requests AS s ON s.project = o.project AND s.pull_request = p.id
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
    JOIN human_insiders AS i
      ON i.project = o.project AND i.account = coalesce(h.author, p.author)
     AND i.since <= p.merged_at AND p.merged_at < i.until
    WHERE coalesce(h.author, p.author) IS NOT o.author AND p.created_at > o.opened_at
)
SELECT project, subject_type, id, at, author, how, CAST(is_insider AS INTEGER) AS is_insider FROM answers
WHERE opened_at IS NULL
   OR strftime('%s', at) - strftime('%s', opened_at) > (SELECT automatic_reply_seconds FROM rules)
