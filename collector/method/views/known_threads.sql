-- Issues, pull requests, and discussions in categories that take answers that were in the tracked repositories by the
-- date. What was imported or moved in later was not there, whatever its date says, except for an issue that was moved
-- within the project before we ever saw it in its former repository: it stands for itself there. The category is the
-- first that a sync saw, so that moving a discussion to another takes nothing away. A discussion that an issue became
-- is no thread of its own.
WITH transferred AS (
    -- Far fewer than threads: to look for the events of each would take longer.
    SELECT e.subject_type, e.subject
    FROM tracked_projects AS t
    CROSS JOIN project_repositories AS r ON r.project = t.project AND r.tracked
    CROSS JOIN events AS e
      ON e.type = 'TransferredEvent' AND e.repository = r.repository AND e.created_at >= (SELECT as_of FROM as_of)
)
SELECT t.*
FROM (
    SELECT 'Issue' AS subject_type, i.id, i.repository, r.project, r.full_name, i.number,
           coalesce(f.author, i.author) AS author, i.created_at, i.gone_at
    FROM tracked_repositories AS r CROSS JOIN issues AS i ON i.repository = r.id
    LEFT JOIN former_authors AS f ON f.kind = 'issues' AND f.id = i.id
    UNION ALL
    SELECT 'PullRequest', p.id, p.repository, r.project, r.full_name, p.number, coalesce(f.author, p.author),
           p.created_at, p.gone_at
    FROM tracked_repositories AS r CROSS JOIN pull_requests AS p ON p.repository = r.id
    LEFT JOIN former_authors AS f ON f.kind = 'pull_requests' AND f.id = p.id
    UNION ALL
    SELECT 'Discussion', d.id, d.repository, r.project, r.full_name, d.number, coalesce(f.author, d.author),
           d.created_at, d.gone_at
    FROM tracked_repositories AS r CROSS JOIN discussions AS d ON d.repository = r.id
    LEFT JOIN former_authors AS f ON f.kind = 'discussions' AND f.id = d.id
    WHERE coalesce((SELECT CAST(c.old AS INTEGER) FROM changes AS c
                    WHERE c."table" = 'discussions' AND c.key = CAST(d.id AS TEXT) AND c."column" = 'is_answerable'
                    ORDER BY c.id LIMIT 1), d.is_answerable)
      AND NOT EXISTS (
          SELECT 1 FROM events AS e
          WHERE e.repository = d.repository AND e.type = 'ConvertedToDiscussionEvent' AND e.discussion_number = d.number
      )
) AS t
LEFT JOIN late_arrivals AS l
  ON l."table" = CASE t.subject_type WHEN 'Issue' THEN 'issues' WHEN 'PullRequest' THEN 'pull_requests'
                                  ELSE 'discussions' END AND l.key = CAST(t.id AS TEXT)
WHERE t.created_at < (SELECT as_of FROM as_of) AND (l.seen_at IS NULL OR l.seen_at < (SELECT as_of FROM as_of))
  AND NOT ((t.subject_type, t.id) IN (SELECT subject_type, subject FROM transferred) AND EXISTS (
      SELECT 1 FROM events AS e
      WHERE e.subject = t.id AND e.subject_type = t.subject_type AND e.type = 'TransferredEvent'
        AND e.created_at >= (SELECT as_of FROM as_of)
        AND (
            NOT EXISTS (
                SELECT 1 FROM project_addresses AS a
                WHERE a.project = t.project AND a.full_name = e.from_repository COLLATE NOCASE
            ) OR EXISTS (
                SELECT 1 FROM issues AS n
                JOIN tracked_repositories AS f ON f.project = t.project
                JOIN issues AS o ON o.repository = f.id AND o.id <> n.id AND o.created_at = n.created_at
                 AND (o.title = n.title OR o.moved_to LIKE '%/repositories/' || n.repository || '/issues/' || n.number)
                LEFT JOIN former_authors AS h ON h.kind = 'issues' AND h.id = o.id
                WHERE n.id = t.id AND coalesce(h.author, o.author) IS t.author
            )
        )
  ))
