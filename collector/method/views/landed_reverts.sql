-- Reverts that landed on a default branch by the date: pull requests by their title or the headline of a commit that
-- they brought, and commits that landed otherwise, such as by a push. What they revert is what their texts name;
-- `target_at` is when that landed, empty where unknown. A revert of a revert, or of what landed with it, takes nothing
-- back.
WITH named AS (
    -- What each says: first the pull request itself, then its commits in the order of their oids.
    SELECT v.project, coalesce('pull request ' || l.pull_request, 'commit ' || l.repository || ' ' || l.oid) AS failure,
           l.pull_request, CASE WHEN l.pull_request IS NULL THEN l.oid END AS oid, l.repository, v.of_revert,
           c.reverts_repository, c.reverts_number, c.reverts_oid, l.oid AS place
    FROM tracked_repositories AS r
    CROSS JOIN reverts AS v ON v.project = r.project AND v.repository = r.id
    CROSS JOIN landings AS l ON l.repository = v.repository AND l.oid = v.oid AND l.project = v.project
     AND l.reached_at < (SELECT as_of FROM as_of)
    JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid
    WHERE (l.pull_request IS NOT NULL OR l.exclusion IS NULL OR l.exclusion IN ('copy', 'bot'))
    UNION ALL
    SELECT v.project, 'pull request ' || p.id, p.id, NULL, p.repository, v.of_revert, p.reverts_repository, p.reverts_number,
           p.reverts_oid, ''
    FROM tracked_repositories AS r
    CROSS JOIN reverts AS v ON v.project = r.project AND v.repository = r.id
    JOIN pull_requests AS p ON p.id = v.pull_request
), moments AS (
    SELECT n.project, n.failure, min(l.landed_at) AS at, NULL AS push, min(l.person) AS person
    FROM (SELECT DISTINCT project, failure, pull_request FROM named WHERE pull_request IS NOT NULL) AS n
    CROSS JOIN landings AS l ON l.pull_request = n.pull_request AND l.project = n.project
    WHERE l.reached_at < (SELECT as_of FROM as_of)
    GROUP BY n.project, n.failure
    UNION ALL
    SELECT n.project, n.failure, l.landed_at, l.push, l.person
    FROM named AS n
    CROSS JOIN landings AS l ON l.repository = n.repository AND l.oid = n.oid AND l.project = n.project
     AND l.reached_at < (SELECT as_of FROM as_of)
), saying AS (
    SELECT *, row_number() OVER (PARTITION BY project, failure ORDER BY place) AS turn
    FROM named WHERE reverts_number IS NOT NULL OR reverts_oid IS NOT NULL
), targets AS (
    SELECT s.project, s.failure, l.landed_at, l.pull_request, l.push, l.oid
    FROM saying AS s
    -- A text may shorten the oid; g sorts after every hexadecimal digit.
    CROSS JOIN landings AS l ON l.repository = s.repository AND l.oid >= s.reverts_oid AND l.oid < s.reverts_oid || 'g'
     AND l.project = s.project AND l.reached_at < (SELECT as_of FROM as_of)
    WHERE s.turn = 1
    UNION ALL
    SELECT s.project, s.failure, l.landed_at, l.pull_request, l.push, NULL
    FROM saying AS s
    CROSS JOIN pull_requests AS p ON p.repository = s.repository
    CROSS JOIN pull_request_commits AS o ON o.pull_request = p.id AND o.oid >= s.reverts_oid AND o.oid < s.reverts_oid || 'g'
    CROSS JOIN landings AS l ON l.pull_request = p.id AND l.project = s.project
     AND l.reached_at < (SELECT as_of FROM as_of)
    WHERE s.turn = 1
    UNION ALL
    SELECT s.project, s.failure, l.landed_at, l.pull_request, l.push, NULL
    FROM saying AS s
    CROSS JOIN tracked_repositories AS r ON r.project = s.project AND r.id = s.repository
    CROSS JOIN project_addresses AS a
      ON a.project = r.project AND a.full_name = coalesce(s.reverts_repository, r.full_name) COLLATE NOCASE
    CROSS JOIN pull_requests AS p ON p.repository = a.repository AND p.number = s.reverts_number
    CROSS JOIN landings AS l ON l.pull_request = p.id AND l.project = s.project
     AND l.reached_at < (SELECT as_of FROM as_of)
    WHERE s.turn = 1
), target AS (
    SELECT t.project, t.failure, min(t.landed_at) AS at, max(v.repository IS NOT NULL) AS is_revert,
           max(t.pull_request IS n.pull_request AND t.pull_request IS NOT NULL
               OR t.push IS m.push AND t.push IS NOT NULL) AS is_own
    FROM targets AS t
    JOIN saying AS n ON n.project = t.project AND n.failure = t.failure AND n.turn = 1
    JOIN moments AS m ON m.project = t.project AND m.failure = t.failure
    LEFT JOIN reverts AS v ON v.project = n.project AND v.repository = n.repository
     AND (v.oid = t.oid OR v.pull_request = t.pull_request)
    GROUP BY t.project, t.failure
), sizes AS (
    SELECT 'pull request ' || p.id AS failure, p.additions + p.deletions AS lines
    FROM pull_requests AS p WHERE p.id IN (SELECT pull_request FROM named)
    UNION
    SELECT n.failure, c.additions + c.deletions
    FROM named AS n CROSS JOIN commits AS c ON c.repository = n.repository AND c.oid = n.oid
)
SELECT m.project, m.failure, n.repository, n.pull_request, n.oid, m.at, m.person, z.lines, s.reverts_repository, s.reverts_number,
       t.at AS target_at,
       CASE WHEN min(n.of_revert) OR t.is_revert THEN 'revert_of_a_revert'
            WHEN t.is_own OR t.at > m.at THEN 'reverts_own_work'
            WHEN julianday(m.at) - julianday(t.at) > (SELECT reverted_work_days FROM rules)
                THEN (SELECT 'work_older_than_' || reverted_work_days || '_days' FROM rules)
            WHEN z.lines IS NULL THEN 'lines_unknown'
            WHEN z.lines < (SELECT substantive_lines FROM rules)
                THEN (SELECT 'under_' || substantive_lines || '_lines' FROM rules) END AS reason
FROM moments AS m
JOIN named AS n ON n.project = m.project AND n.failure = m.failure
JOIN sizes AS z ON z.failure = m.failure
LEFT JOIN saying AS s ON s.project = m.project AND s.failure = m.failure AND s.turn = 1
LEFT JOIN target AS t ON t.project = m.project AND t.failure = m.failure
WHERE m.at <> ''
GROUP BY m.project, m.failure
