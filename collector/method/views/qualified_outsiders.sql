-- When each account that opened a thread of a project was a qualified outsider there (no `reason`), and when and why it
-- was none: until it is old enough, as an insider, and once it is known to be a bot. Its rows cover all time, each
-- moment once.
WITH openers AS (
    SELECT i.author AS account, r.project FROM tracked_repositories AS r CROSS JOIN issues AS i ON i.repository = r.id
    UNION
    SELECT p.author, r.project FROM tracked_repositories AS r CROSS JOIN pull_requests AS p ON p.repository = r.id
    UNION
    SELECT d.author, r.project FROM tracked_repositories AS r CROSS JOIN discussions AS d ON d.repository = r.id
    UNION
    -- GitHub names a deleted account no more.
    SELECT CAST(c.old AS INTEGER), r.project
    FROM tracked_repositories AS r CROSS JOIN changes AS c ON c.repository = r.id AND c."column" = 'author'
), dated AS (
    SELECT o.project, o.account, a.since AS old_enough, a.reason, f.far_future,
           coalesce(i.since, f.far_future) AS insider, coalesce(b.since, f.far_future) AS bot
    FROM rules AS f
    CROSS JOIN openers AS o
    CROSS JOIN account_ages AS a ON a.account = o.account
    LEFT JOIN insiders AS i ON i.project = o.project AND i.account = o.account
    LEFT JOIN machines AS b ON b.account = o.account
    LIMIT -1  -- materialises the rows: each date is then worked out once
)
SELECT d.project, d.account,
       CASE s.name WHEN 'young' THEN '' WHEN 'qualified' THEN d.old_enough WHEN 'insider' THEN d.insider ELSE d.bot END
           AS since,
       CASE s.name WHEN 'young' THEN min(d.old_enough, d.insider, d.bot) WHEN 'qualified' THEN min(d.insider, d.bot)
                   WHEN 'insider' THEN d.bot ELSE d.far_future END AS until,
       CASE s.name WHEN 'young' THEN d.reason WHEN 'insider' THEN 'by_insider' WHEN 'bot' THEN 'by_bot' END AS reason
FROM dated AS d
CROSS JOIN (
    SELECT 'young' AS name UNION ALL SELECT 'qualified' UNION ALL SELECT 'insider' UNION ALL SELECT 'bot'
) AS s
WHERE since < until
