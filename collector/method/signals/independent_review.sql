-- Does a second human look before code lands? The landed work of people; an author-day is reviewed when at least
-- `reviewed_percent` of its lines landed by pull requests that another human insider reviewed before the merge. A
-- direct push is not reviewed. A bot's pull request that a person merged is work of that person here, if it brings at
-- least `substantive_lines` beside manifests, locks and generated files; it is reviewed when somebody else looked.
WITH of_bots AS (
    SELECT b.project, r.full_name AS repository,
           (SELECT url FROM github_website) || r.full_name || '/pull/' || p.number AS url,
           date(b.landed_at) AS day, b.lines, b.person,
           CASE WHEN b.lines < (SELECT substantive_lines FROM rules)
                THEN (SELECT 'by_bot_under_' || substantive_lines || '_lines' FROM rules) END AS reason,
           EXISTS (
               SELECT 1 FROM looks_at_pull_requests AS v
               WHERE v.project = b.project AND v.pull_request = b.pull_request AND v.author <> b.person
           ) AS is_reviewed
    FROM tracked_repositories AS r
    CROSS JOIN pull_requests AS p ON p.repository = r.id
    CROSS JOIN bot_merges AS b ON b.pull_request = p.id AND b.project = r.project
    WHERE b.landed_at >= (SELECT window_start FROM as_of) AND b.landed_at < (SELECT window_end FROM as_of)
      AND b.reached_at < (SELECT as_of FROM as_of)
), days_of_bots AS (
    SELECT project, person, day, sum(lines) AS lines, sum(is_reviewed * lines) AS reviewed_lines
    FROM of_bots WHERE reason IS NULL GROUP BY project, person, day
), rows_of_work AS (
    SELECT project, repository, reason, work, NULL AS url, day, lines, person FROM people_work
    -- NOT IN would look through all of them for one without an address.
    WHERE CASE WHEN reason IS 'bot' AND (project, url) IN (SELECT project, url FROM of_bots) THEN 0 ELSE 1 END
    UNION ALL
    SELECT project, repository, reason, NULL, url, day, lines, person FROM of_bots
), sized AS (
    SELECT w.*, coalesce(d.lines + b.lines, d.lines, b.lines) AS day_lines,
           coalesce(d.reviewed_lines + b.reviewed_lines, d.reviewed_lines, b.reviewed_lines) AS day_reviewed_lines
    FROM rows_of_work AS w
    LEFT JOIN author_days AS d
      ON d.project = w.project AND d.day = w.day AND d.person IS w.person AND d.weeks_only IS NULL
    LEFT JOIN days_of_bots AS b ON b.project = w.project AND b.day = w.day AND b.person IS w.person
), judged AS (
    SELECT *,
           -- With what bots brought, a day may be substantive that was not by its own lines.
           CASE WHEN day_lines >= (SELECT substantive_lines FROM rules)
                     AND reason IN ('lines_unknown', (SELECT 'under_' || substantive_lines || '_lines' FROM rules))
                THEN NULL ELSE reason END AS why
    FROM sized
)
SELECT project, repository, CAST(why IS NULL AS INTEGER) AS counted, why AS reason,
       coalesce(url, (SELECT k.url FROM work_links AS k WHERE k.work = judged.work)) AS url, day, lines, day_lines,
       day_reviewed_lines, person,
       day_reviewed_lines * 100 >= day_lines * (SELECT reviewed_percent FROM rules) AS reviewed
FROM judged
