-- Texts that may explain a failure, by a human insider and long enough without quotes and code: of a revert the text of
-- its pull request, the messages of its commits, and comments on its pull request or on the one that it names; of a
-- release, which may be a hotfix, its own text; an advisory's description; comments on an incident's issue. A pull
-- request's text is as of its landing, or of its last edit if that came later. Templates, and what is said within
-- `automatic_reply_seconds` of the opening of a thread, explain nothing.
WITH threads AS (
    SELECT v.project, v.failure, p.id AS subject, 'PullRequest' AS subject_type, p.created_at
    FROM landed_reverts AS v JOIN pull_requests AS p ON p.id = v.pull_request
    UNION
    SELECT v.project, v.failure, p.id, 'PullRequest', p.created_at
    FROM landed_reverts AS v
    CROSS JOIN tracked_repositories AS r ON r.project = v.project AND r.id = v.repository
    CROSS JOIN project_addresses AS a
      ON a.project = r.project AND a.full_name = coalesce(v.reverts_repository, r.full_name) COLLATE NOCASE
    CROSS JOIN pull_requests AS p ON p.repository = a.repository AND p.number = v.reverts_number
    UNION
    SELECT v.project, v.failure, i.id, 'Issue', i.created_at
    FROM landed_reverts AS v
    CROSS JOIN tracked_repositories AS r ON r.project = v.project AND r.id = v.repository
    CROSS JOIN project_addresses AS a
      ON a.project = r.project AND a.full_name = coalesce(v.reverts_repository, r.full_name) COLLATE NOCASE
    CROSS JOIN issues AS i ON i.repository = a.repository AND i.number = v.reverts_number
    UNION
    SELECT project, 'issue ' || id, id, 'Issue', created_at FROM incidents
), texts AS (
    SELECT v.failure, coalesce(h.author, p.author) AS account,
           CASE WHEN p.body_edited_at > v.at THEN p.body_edited_at ELSE v.at END AS at, p.prose_length AS characters,
           v.project
    FROM landed_reverts AS v
    JOIN pull_requests AS p ON p.id = v.pull_request
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
    UNION ALL
    -- The text that stood at the landing, of a pull request that was edited since.
    SELECT v.failure, coalesce(h.author, p.author), v.at, CAST(c.old AS INTEGER), v.project
    FROM landed_reverts AS v
    JOIN pull_requests AS p ON p.id = v.pull_request
    JOIN changes AS c ON c."table" = 'pull_requests' AND c."column" = 'prose_length' AND c.key = CAST(p.id AS TEXT)
     AND c.seen_at > v.at
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
    UNION ALL
    SELECT v.failure, l.person, l.landed_at, c.message_prose_length, v.project
    FROM landed_reverts AS v
    CROSS JOIN landings AS l ON (l.pull_request = v.pull_request OR (l.repository = v.repository AND l.oid = v.oid))
     AND l.project = v.project
    JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid
    UNION ALL
    SELECT 'release ' || l.id, l.author, v.published_at, l.prose_length, v.project
    FROM published_versions AS v
    JOIN releases AS l ON l.id = v.release
)
SELECT t.project, t.failure, t.at, t.characters
FROM texts AS t
JOIN human_insiders AS s ON s.project = t.project AND s.account = t.account AND s.since <= t.at AND t.at < s.until
WHERE t.characters >= (SELECT explaining_characters FROM rules)
UNION ALL
SELECT r.project, 'advisory ' || a.repository || ' ' || a.ghsa_id, a.published_at, a.prose_length
FROM tracked_repositories AS r CROSS JOIN advisories AS a ON a.repository = r.id
WHERE a.prose_length >= (SELECT explaining_characters FROM rules)
UNION ALL
SELECT t.project, t.failure, c.created_at, c.prose_length
FROM threads AS t
JOIN human_comments AS c ON c.subject = t.subject AND c.subject_type = t.subject_type AND c.project = t.project
 AND c.is_insider
WHERE c.prose_length >= (SELECT explaining_characters FROM rules)
  AND strftime('%s', c.created_at) - strftime('%s', t.created_at) > (SELECT automatic_reply_seconds FROM rules)
