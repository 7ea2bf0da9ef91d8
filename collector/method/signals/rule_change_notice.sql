-- Are economic rules changed in the open, with notice? Each pull request, push, or commit that neither brought, that
-- landed in the window and touched rule paths, or a repository with the role governance. It is a change with at least
-- `rule_lines` counted lines in rule paths, or `substantive_lines` in a governance repository. A bot's pull request
-- that a person merged is a change; only what bots opened and merged is out. `noticed`: at least `notice_days` lie
-- between the last change of the pull request and its merge, and another person wrote about it before the merge.
WITH landed AS (
    SELECT w.id, w.project, w.repository, w.pull_request, w.push, w.oid, w.landed_at, w.unsized,
           coalesce(p.rule_lines, 0) AS rule_lines, r.role = 'governance' AS is_governance,
           CASE WHEN m.pull_request IS NOT NULL THEN m.lines ELSE w.lines END AS lines,
           CASE WHEN w.exclusion = 'bot' AND m.pull_request IS NOT NULL THEN NULL ELSE w.exclusion END AS exclusion
    FROM tracked_repositories AS r
    CROSS JOIN work AS w ON w.repository = r.id AND w.project = r.project
    LEFT JOIN work_paths AS p ON p.work = w.id
    LEFT JOIN bot_merges AS m ON m.project = w.project AND m.pull_request = w.pull_request AND w.exclusion = 'bot'
    WHERE (r.role = 'governance' OR p.touches_rules) AND w.exclusion IS NOT 'merge'
      AND w.landed_at >= (SELECT window_start FROM as_of) AND w.landed_at < (SELECT window_end FROM as_of)
      AND w.reached_at < (SELECT as_of FROM as_of)
), grouped AS (
    -- What is promoted to the default branch in parts is one change.
    SELECT min(id) AS work, project, repository, pull_request, push, min(landed_at) AS landed_at,
           max(is_governance) AS is_governance,
           sum(CASE WHEN exclusion IS NULL THEN rule_lines ELSE 0 END) AS rule_lines,
           sum(CASE WHEN exclusion IS NULL THEN lines ELSE 0 END) AS lines,
           sum(CASE WHEN exclusion IS NULL THEN unsized ELSE 0 END) AS unsized,
           CASE WHEN count(*) = count(exclusion) THEN min(exclusion) END AS exclusion
    FROM landed
    GROUP BY project, repository, pull_request, push, CASE WHEN pull_request IS NULL AND push IS NULL THEN oid END
)
SELECT c.project, r.full_name AS repository, CAST(c.reason IS NULL AS INTEGER) AS counted, c.reason,
       k.url, c.landed_at, c.lines,
       c.rule_lines, l.changed_at, l.change, c.notice_days,
       c.notice_days >= (SELECT notice_days FROM rules) AND n.pull_request IS NOT NULL AS noticed,
       n.pull_request IS NOT NULL AS commented
FROM (
    SELECT c.*, coalesce((strftime('%s', p.merged_at) - strftime('%s', t.changed_at)) / 86400.0, 0) AS notice_days,
           CASE WHEN c.exclusion IS NOT NULL THEN c.exclusion
                WHEN c.rule_lines >= (SELECT rule_lines FROM rules) THEN NULL
                WHEN c.is_governance AND c.lines >= (SELECT substantive_lines FROM rules) THEN NULL
                WHEN c.unsized THEN 'lines_unknown'
                ELSE (SELECT 'under_' || CASE WHEN c.is_governance THEN substantive_lines ELSE rule_lines END || '_lines'
                      FROM rules) END AS reason
    FROM grouped AS c
    LEFT JOIN pull_requests AS p ON p.id = c.pull_request
    LEFT JOIN last_changes AS t ON t.project = c.project AND t.pull_request = c.pull_request
) AS c
JOIN tracked_repositories AS r ON r.id = c.repository AND r.project = c.project
JOIN work_links AS k ON k.work = c.work
LEFT JOIN last_changes AS l ON l.project = c.project AND l.pull_request = c.pull_request
LEFT JOIN notices AS n ON n.project = c.project AND n.pull_request = c.pull_request
