-- Are outsiders' issues resolved with substance? Every issue opened in the window; the event is its last closing,
-- unless it was reopened since, if that closing was by a merged pull request opened after the issue, no bot's, or by a
-- landed commit, with at least `substantive_lines` (each resolves one issue of the project: `issue_of_pull_request`,
-- `issue_of_commit`), or by a human insider who also wrote a comment that can answer, as COMPLETED or DUPLICATE,
-- unless the thread was locked by a human then or within `lock_days`: the author, the only witness, is silenced; or by
-- the issue's author after an answer. Any other closing does not resolve: the issue is observed until the date, or
-- until its author withdrew it within a day.
WITH closed AS (
    SELECT i.*, c.created_at AS closed_at, c.actor, coalesce(c.state_reason, i.state_reason) AS closed_as,
           c.source_repository, c.source_number, c.source_oid
    FROM outsiders_issues AS i
    LEFT JOIN events AS c ON c.type = 'ClosedEvent' AND c.id = (
        SELECT e.id FROM events AS e
        WHERE e.subject = i.id AND e.subject_type = 'Issue' AND e.type IN ('ClosedEvent', 'ReopenedEvent')
          AND e.created_at < (SELECT as_of FROM as_of)
        ORDER BY e.created_at DESC, e.id DESC LIMIT 1
    )
), judged AS (
    SELECT l.*, CASE
        WHEN closed_at IS NULL THEN NULL
        WHEN EXISTS (
            SELECT 1
            FROM issue_of_pull_request AS k
            JOIN substantive_pull_requests AS s ON s.project = l.project AND s.pull_request = k.pull_request
            JOIN pull_requests AS p ON p.id = k.pull_request
            JOIN project_addresses AS n ON n.project = l.project AND n.repository = p.repository
            WHERE k.project = l.project AND k.issue = l.id AND n.full_name = l.source_repository COLLATE NOCASE AND p.number = l.source_number
              AND p.merged_at <= l.closed_at AND p.created_at > l.opened_at
        ) THEN 'pull_request'
        WHEN EXISTS (
            SELECT 1
            FROM issue_of_commit AS k
            JOIN landings AS d ON d.project = k.project AND d.oid = k.oid AND d.exclusion IS NULL AND d.landed_at < (SELECT as_of FROM as_of)
             AND d.reached_at < (SELECT as_of FROM as_of)
            JOIN project_addresses AS n ON n.project = l.project AND n.repository = d.repository
            JOIN commits AS c ON c.repository = d.repository AND c.oid = d.oid
            WHERE k.issue = l.id AND k.project = l.project AND k.oid = l.source_oid
              AND n.full_name = l.source_repository COLLATE NOCASE
              AND c.additions + c.deletions >= (SELECT substantive_lines FROM rules)
        ) THEN 'commit'
        WHEN actor IS NOT author AND closed_as IN ('COMPLETED', 'DUPLICATE') AND EXISTS (
            SELECT 1 FROM human_insiders AS i
            WHERE i.project = l.project AND i.account = l.actor AND i.since <= l.closed_at AND l.closed_at < i.until
        ) AND EXISTS (
            SELECT 1 FROM human_comments AS c
            WHERE c.project = l.project AND c.subject = l.id AND c.subject_type = 'Issue' AND c.author = l.actor
              AND c.is_insider
              AND strftime('%s', c.created_at) - strftime('%s', l.opened_at)
                  > (SELECT automatic_reply_seconds FROM rules)
        ) AND NOT EXISTS (
            -- A ghost may have been an insider who removed the account.
            SELECT 1
            FROM events AS e LEFT JOIN machines AS b ON b.account = e.actor AND b.since <= e.created_at
            WHERE e.subject = l.id AND e.subject_type = 'Issue' AND e.type = 'LockedEvent' AND b.account IS NULL
              AND e.created_at < (SELECT as_of FROM as_of)
              AND e.created_at <= strftime('%Y-%m-%dT%H:%M:%SZ', l.closed_at, (SELECT lock_days || ' days' FROM rules))
              AND NOT EXISTS (
                  SELECT 1 FROM events AS u
                  WHERE u.subject = l.id AND u.subject_type = 'Issue' AND u.type = 'UnlockedEvent'
                    AND u.created_at >= e.created_at AND u.created_at <= l.closed_at
              )
        ) THEN 'insider'
        WHEN actor = author AND answered_at <= closed_at THEN 'author'
    END AS resolved_by
    FROM closed AS l
    -- Materialises the rows, so that each is judged once. Without OFFSET, SQLite would flatten the subquery, rule 14:
    -- https://www.sqlite.org/optoverview.html#subquery_flattening
    LIMIT -1 OFFSET 0
)
SELECT project, full_name AS repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       url, number, author, opened_at, closed_at,
       resolved_by, withdrawn_at,
       (strftime('%s', CASE WHEN resolved_by IS NOT NULL THEN closed_at
                            ELSE coalesce(withdrawn_at, (SELECT as_of FROM as_of)) END)
        - strftime('%s', opened_at)) / 86400.0 AS days,
       resolved_by IS NOT NULL AS resolved,
       resolved_by IS NOT NULL AND EXISTS (
           SELECT 1 FROM comments AS c
           LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
           WHERE c.subject = judged.id AND c.subject_type = 'Issue' AND coalesce(h.author, c.author) = judged.author
             AND c.created_at > closed_at AND c.created_at < (SELECT as_of FROM as_of)
       ) AS author_came_back,
       gone_at
FROM judged
