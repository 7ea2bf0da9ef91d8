-- Accounts to ask GitHub about, those that were never asked about first: outsiders of whom an issue, a pull request or a
-- comment vanished since :since, if none was asked about after that, or last before :again. An account that was younger
-- than :days days then matters only where others' comments vanished with its thread: its own objects are not charged.
WITH vanished AS (
    SELECT repository, author, created_at, gone_at, EXISTS (
               SELECT 1 FROM comments AS c
               WHERE c.subject = i.id AND c.subject_type = 'Issue' AND c.gone_at = i.gone_at AND c.author <> i.author
           ) AS with_others
    FROM issues AS i WHERE gone_at > :since AND moved_to IS NULL
    UNION ALL
    SELECT repository, author, created_at, gone_at, EXISTS (
               SELECT 1 FROM comments AS c
               WHERE c.subject = p.id AND c.subject_type = 'PullRequest' AND c.gone_at = p.gone_at AND c.author <> p.author
           )
    FROM pull_requests AS p WHERE gone_at > :since
    UNION ALL
    SELECT repository, author, created_at, gone_at, 0 FROM comments
    WHERE gone_at > :since AND subject_type <> 'Discussion'
)
SELECT a.id, a.node_id
FROM vanished AS v
JOIN repositories AS r ON r.id = v.repository AND r.tracked
JOIN accounts AS a ON a.id = v.author AND a.type = 'User' AND NOT a.is_bot AND a.id > 0
WHERE v.with_others OR julianday(v.created_at) - julianday(a.created_at) >= :days
GROUP BY a.id
HAVING max(v.gone_at) > coalesce(a.asked_at, '') OR a.asked_at <= :again
ORDER BY a.asked_at IS NOT NULL, a.asked_at, a.id
LIMIT :most
