-- Issues, pull requests and discussions that were imported: created more than :days before one with a smaller number,
-- first seen late, or written by a Mannequin, the placeholder account of GitHub's importer:
-- https://docs.github.com/en/migrations/using-github-enterprise-importer/completing-your-migration-with-github-enterprise-importer/reclaiming-mannequins-for-github-enterprise-importer
INSERT INTO imported_threads (project, subject_type, subject, reason)
WITH mine AS (
    SELECT repository AS id FROM project_repositories WHERE project = :project AND tracked
), threads AS (
    SELECT 'Issue' AS subject_type, id, repository, number, created_at, author FROM issues
    WHERE repository IN (SELECT id FROM mine)
    UNION ALL
    SELECT 'PullRequest', id, repository, number, created_at, author FROM pull_requests
    WHERE repository IN (SELECT id FROM mine)
    UNION ALL
    -- A discussion that an issue became has the issue's date, and continues that issue.
    SELECT 'Discussion', id, repository, number, created_at, author FROM discussions AS d
    WHERE repository IN (SELECT id FROM mine) AND NOT EXISTS (
        SELECT 1 FROM events AS e
        WHERE e.repository = d.repository AND e.type = 'ConvertedToDiscussionEvent' AND e.discussion_number = d.number
    )
), ordered AS (
    SELECT subject_type, id, created_at, author, max(created_at) OVER (
        PARTITION BY repository ORDER BY number ROWS UNBOUNDED PRECEDING
    ) AS newest FROM threads
)
SELECT :project, o.subject_type, o.id,
       CASE WHEN a.type = 'Mannequin' THEN 'by a Mannequin'
            WHEN l.key IS NOT NULL THEN 'first seen late'
            ELSE 'older than its number allows' END
FROM ordered AS o
LEFT JOIN accounts AS a ON a.id = o.author
LEFT JOIN late_arrivals AS l ON l.key = CAST(o.id AS TEXT)
     AND l."table" = CASE o.subject_type WHEN 'Issue' THEN 'issues' WHEN 'PullRequest' THEN 'pull_requests'
                                    ELSE 'discussions' END
WHERE a.type = 'Mannequin' OR l.key IS NOT NULL
   OR o.newest > o.created_at AND julianday(o.newest) - julianday(o.created_at) > :days
