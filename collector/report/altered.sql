-- How the public record of tracked repositories was altered, as seen by syncs from :first to before :last, by project,
-- repository and table: columns that changed, and as "column" also `arrived_late` (first seen with a date that an earlier
-- complete sync should have shown) and `vanished` (no longer listed by GitHub). What was transferred or went with its
-- author's account or with its repository did not vanish; nor did a draft.
SELECT b.project, r.full_name, c."table", c."column", count(*), max(c.seen_at)
FROM changes AS c
JOIN project_repositories AS b ON b.repository = c.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository
WHERE c.seen_at >= :first AND c.seen_at < :last
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT b.project, r.full_name, l."table", 'arrived_late', count(*), max(l.seen_at)
FROM late_arrivals AS l
JOIN project_repositories AS b ON b.repository = l.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository
WHERE l.seen_at >= :first AND l.seen_at < :last
GROUP BY 1, 2, 3
UNION ALL
SELECT b.project, r.full_name, v.kind, 'vanished', count(*), max(v.gone_at)
FROM (
    SELECT 'issues' AS kind, i.repository, i.author, i.gone_at FROM issues AS i
    WHERE i.moved_to IS NULL AND NOT EXISTS (
        SELECT 1 FROM events AS e
        WHERE e.subject = i.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
    )
    UNION ALL
    SELECT 'pull_requests', repository, author, gone_at FROM pull_requests
    UNION ALL
    SELECT 'discussions', repository, author, gone_at FROM discussions
    UNION ALL
    SELECT 'releases', repository, author, gone_at FROM releases WHERE NOT is_draft
) AS v
JOIN project_repositories AS b ON b.repository = v.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository AND r.gone_at IS NULL
LEFT JOIN accounts AS a ON a.id = v.author
WHERE v.gone_at >= :first AND v.gone_at < :last AND a.gone_at IS NULL
GROUP BY 1, 2, 3
