-- Substantive pull requests by human insiders that will close an issue: one issue each, the first that the text names, else
-- the first that GitHub's timeline connects. A mention is none.
CREATE VIEW answering_pull_requests AS
WITH named AS (
    SELECT p.id AS pull_request, p.author, p.created_at AS opened_at, i.id AS issue, p.created_at AS at, 0 AS place
    FROM pull_requests AS p
    JOIN repositories AS r ON r.id = p.repository
    JOIN repositories AS t ON t.full_name = coalesce(p.closes_repository, r.full_name) COLLATE NOCASE
    JOIN issues AS i ON i.repository = t.id AND i.number = p.closes_number
    WHERE p.closes_number IS NOT NULL
    UNION ALL
    SELECT p.id, p.author, p.created_at, e.subject, e.created_at, 1
    FROM events AS e
    JOIN repositories AS t ON t.full_name = e.source_repository COLLATE NOCASE
    JOIN pull_requests AS p ON p.repository = t.id AND p.number = e.source_number
    WHERE e.subject_type = 'Issue'
      AND (e.type = 'ConnectedEvent' OR (e.type = 'CrossReferencedEvent' AND e.will_close))
), first AS (
    SELECT *, row_number() OVER (PARTITION BY pull_request ORDER BY place, at, issue) AS number
    FROM named WHERE at < (SELECT as_of FROM as_of)
)
SELECT f.pull_request, f.issue, f.author, f.opened_at, f.at
FROM first AS f
JOIN pull_requests AS p ON p.id = f.pull_request
JOIN repositories AS r ON r.id = p.repository
JOIN accounts AS a ON a.id = f.author AND NOT a.is_bot
JOIN insiders AS i ON i.project = r.project AND i.account = f.author AND i.since <= f.at
LEFT JOIN counted_pull_requests AS c ON c.pull_request = f.pull_request
WHERE f.number = 1 AND coalesce(c.lines, p.additions + p.deletions) >= 10;
