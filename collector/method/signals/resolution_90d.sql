-- Are outsiders' issues resolved with substance? Every issue opened in the window; the event is its last closing,
-- unless it was reopened since, if that closing was
--   by a merged pull request opened after the issue, no bot's, or by a landed commit, with at least
--   `substantive_lines` (each resolves one issue of the project: `credited_pull_requests`, `credited_commits`), or
--   by a human insider who also wrote a comment that can answer, as COMPLETED or DUPLICATE, unless the thread was locked
--   by a human then or within `lock_days`: the author, the only witness, is silenced; or
--   by the issue's author after an answer.
-- Any other closing does not resolve: the issue is observed until the date, or until its author withdrew it within a day.
WITH issues_opened AS (
    -- LIMIT -1 materialises the rows in SQLite before 3.35, too, which does not know MATERIALIZED.
    SELECT * FROM outsiders_issues LIMIT -1
), closings AS (
    SELECT e.*, row_number() OVER (PARTITION BY e.subject ORDER BY e.created_at DESC, e.id DESC) AS back
    FROM events AS e
    WHERE e.type IN ('ClosedEvent', 'ReopenedEvent') AND e.subject_type = 'Issue'
      AND e.created_at < (SELECT as_of FROM as_of)
), last AS (
    SELECT i.id, i.project, i.author, i.opened_at, i.answered_at, c.created_at AS at, c.actor,
           coalesce(c.state_reason, i.state_reason) AS state_reason, c.source_repository, c.source_number, c.source_oid,
           i.full_name, i.number
    FROM issues_opened AS i JOIN closings AS c ON c.subject = i.id AND c.back = 1 AND c.type = 'ClosedEvent'
    LIMIT -1
), by_pull_request AS (
    SELECT l.id
    FROM last AS l
    CROSS JOIN project_addresses AS n ON n.project = l.project AND n.full_name = l.source_repository COLLATE NOCASE
    CROSS JOIN pull_requests AS p ON p.repository = n.repository AND p.number = l.source_number
    JOIN credited_pull_requests AS k ON k.pull_request = p.id AND k.issue = l.id
    JOIN substantive_pull_requests AS s ON s.pull_request = p.id
    WHERE p.merged_at <= l.at AND p.created_at > l.opened_at
), by_commit AS (
    SELECT l.id
    FROM last AS l
    JOIN credited_commits AS k ON k.project = l.project AND k.oid = l.source_oid AND k.issue = l.id
    CROSS JOIN project_addresses AS n ON n.project = l.project AND n.full_name = l.source_repository COLLATE NOCASE
    CROSS JOIN landings AS d ON d.repository = n.repository AND d.oid = l.source_oid
    CROSS JOIN commits AS c ON c.repository = d.repository AND c.oid = d.oid
    WHERE d.exclusion IS NULL AND d.landed_at < (SELECT as_of FROM as_of) AND d.reached_at < (SELECT as_of FROM as_of)
      AND c.additions + c.deletions >= (SELECT substantive_lines FROM rules)
), silenced AS (
    -- A ghost may have been an insider who removed the account.
    SELECT DISTINCT l.id
    FROM last AS l
    JOIN events AS e ON e.subject = l.id AND e.subject_type = 'Issue' AND e.type = 'LockedEvent'
    LEFT JOIN machines AS b ON b.account = e.actor AND b.since <= e.created_at
    WHERE b.account IS NULL AND e.created_at < (SELECT as_of FROM as_of)
      AND e.created_at <= strftime('%Y-%m-%dT%H:%M:%SZ', l.at, (SELECT lock_days || ' days' FROM rules))
      AND NOT EXISTS (
          SELECT 1 FROM events AS u
          WHERE u.subject = l.id AND u.subject_type = 'Issue' AND u.type = 'UnlockedEvent'
            AND u.created_at >= e.created_at AND u.created_at <= l.at
      )
), by_insider AS (
    SELECT l.id
    FROM last AS l
    JOIN human_insiders AS i ON i.project = l.project AND i.account = l.actor AND i.since <= l.at AND l.at < i.until
    WHERE l.actor IS NOT l.author AND l.state_reason IN ('COMPLETED', 'DUPLICATE')
      AND l.id NOT IN (SELECT id FROM silenced)
      AND EXISTS (
          SELECT 1 FROM human_comments AS c
          WHERE c.subject = l.id AND c.subject_type = 'Issue' AND c.author = l.actor AND c.is_insider
            AND strftime('%s', c.created_at) - strftime('%s', l.opened_at)
                > (SELECT automatic_reply_seconds FROM rules)
      )
), resolved AS (
    -- By the strongest of its ways: the one with the least `place`, which SQLite takes the other column from
    -- (https://www.sqlite.org/lang_select.html#bareagg).
    SELECT id, how, min(place) AS place FROM (
        SELECT id, 'pull_request' AS how, '1st' AS place FROM by_pull_request
        UNION ALL SELECT id, 'commit', '2nd' FROM by_commit
        UNION ALL SELECT id, 'insider', '3rd' FROM by_insider
        UNION ALL SELECT id, 'author', '4th' FROM last WHERE actor = author AND answered_at <= at
    ) GROUP BY id
), judged AS (
    SELECT i.*, o.how AS resolved_by, l.at AS closed_at
    FROM issues_opened AS i LEFT JOIN last AS l ON l.id = i.id LEFT JOIN resolved AS o ON o.id = i.id
)
SELECT project, full_name AS repository, reason IS NULL AS counted, reason, url, number, author, opened_at, closed_at,
       resolved_by, withdrawn_at,
       (strftime('%s', CASE WHEN resolved_by IS NOT NULL THEN closed_at
                            ELSE coalesce(withdrawn_at, (SELECT as_of FROM as_of)) END)
        - strftime('%s', opened_at)) / 86400.0 AS days,
       resolved_by IS NOT NULL AS resolved,
       resolved_by IS NOT NULL AND EXISTS (
           SELECT 1 FROM comments AS c
           WHERE c.subject = judged.id AND c.subject_type = 'Issue' AND c.author = judged.author
             AND c.created_at > closed_at AND c.created_at < (SELECT as_of FROM as_of)
       ) AS author_came_back,
       gone_at
FROM judged
