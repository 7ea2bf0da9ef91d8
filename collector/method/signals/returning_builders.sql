-- Do outsiders come back? Every account whose first issue or pull request in the project lies in the `returning_weeks`
-- to the window's end; those count that were qualified outsiders then. Coming back is another thread, which may be a
-- discussion in a category that takes answers, or a comment of at least `returning_characters` on a thread not their
-- own, or a first use of power, `returning_days` after the first thread or later: what comes sooner is neither an event
-- nor an end. An account that has not come back is observed until the date.
WITH begun AS (
    SELECT project, author, min(created_at) AS created_at FROM arrived_threads
    WHERE subject_type <> 'Discussion' GROUP BY author, project
    HAVING min(created_at) < (SELECT window_end FROM as_of)
       AND min(created_at) >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', window_end, (-7 * returning_weeks) || ' days')
                               FROM as_of, rules)
), threads AS (
    -- Those of few authors are asked for.
    SELECT * FROM arrived_threads WHERE author IN (SELECT author FROM begun)
    LIMIT -1  -- materialises the rows
), first AS (
    -- Of threads of one moment the least; the other columns are of its row: https://www.sqlite.org/lang_select.html#bareagg
    SELECT t.*, min(t.subject_type || substr('0000000000000000000' || t.id, -19)),
           strftime('%Y-%m-%dT%H:%M:%SZ', t.created_at, (SELECT returning_days || ' days' FROM rules)) AS since
    FROM threads AS t
    CROSS JOIN begun AS b ON b.author = t.author AND b.project = t.project AND b.created_at = t.created_at
    WHERE t.subject_type <> 'Discussion' GROUP BY t.author, t.project
), back AS (
    SELECT project, author, min(at) AS at FROM (
        SELECT f.project, f.author, t.created_at AS at
        FROM threads AS t
        CROSS JOIN first AS f ON f.author = t.author AND f.project = t.project AND f.since <= t.created_at
        UNION ALL
        SELECT f.project, f.author, c.created_at
        FROM tracked_repositories AS r
        CROSS JOIN comments AS c ON c.repository = r.id
         AND c.created_at >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', window_end, (-7 * returning_weeks) || ' days')
                              FROM as_of, rules)
        LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
        CROSS JOIN first AS f ON f.author = coalesce(h.author, c.author) AND f.project = r.project
         AND c.created_at >= f.since
         AND coalesce(c.prose_length, c.length) >= (SELECT returning_characters FROM rules)
        LEFT JOIN issues AS i ON i.id = c.subject AND c.subject_type = 'Issue'
        LEFT JOIN pull_requests AS p ON p.id = c.subject AND c.subject_type = 'PullRequest'
        LEFT JOIN discussions AS d ON d.id = c.subject AND c.subject_type = 'Discussion'
        LEFT JOIN former_authors AS t
          ON t.kind = CASE c.subject_type WHEN 'Issue' THEN 'issues' WHEN 'PullRequest' THEN 'pull_requests'
                                          ELSE 'discussions' END AND t.id = c.subject
        WHERE coalesce(h.author, c.author) IN (SELECT author FROM begun)
          AND coalesce(t.author, i.author, p.author, d.author) IS NOT f.author AND c.created_at < (SELECT as_of FROM as_of)
        UNION ALL
        SELECT f.project, f.author, s.since
        FROM first AS f JOIN insiders AS s ON s.project = f.project AND s.account = f.author AND s.since >= f.since
        WHERE s.since < (SELECT as_of FROM as_of)
    ) GROUP BY author, project
), judged AS (
    SELECT f.*, r.full_name, k.at AS came_back_at, q.reason
    FROM first AS f
    JOIN repositories AS r ON r.id = f.repository
    JOIN qualified_outsiders AS q
      ON q.project = f.project AND q.account = f.author AND q.since <= f.created_at AND f.created_at < q.until
    LEFT JOIN back AS k ON k.author = f.author AND k.project = f.project
)
SELECT project, full_name AS repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       (SELECT url FROM github_website) || full_name
           || CASE subject_type WHEN 'Issue' THEN '/issues/' ELSE '/pull/' END || number AS url,
       number, author, created_at AS opened_at, came_back_at,
       (strftime('%s', coalesce(came_back_at, (SELECT as_of FROM as_of))) - strftime('%s', created_at)) / 86400.0 AS days,
       came_back_at IS NOT NULL AS came_back
FROM judged
