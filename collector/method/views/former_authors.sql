-- Authors of threads, comments and reviews that are other ones today, as the last sync by the date saw them: when an
-- account is deleted, GitHub names no author any more.
SELECT kind, id, author
FROM (
    SELECT c."table" AS kind, CAST(c.key AS INTEGER) AS id, CAST(c.old AS INTEGER) AS author,
           row_number() OVER (PARTITION BY c."table", c.key ORDER BY c.id) AS place
    FROM (SELECT DISTINCT id FROM tracked_repositories) AS r
    CROSS JOIN changes AS c ON c.repository = r.id AND c."column" = 'author'
    WHERE c."table" IN ('issues', 'pull_requests', 'discussions', 'comments', 'reviews')
      AND c.seen_at > (SELECT as_of FROM as_of)
)
WHERE place = 1
