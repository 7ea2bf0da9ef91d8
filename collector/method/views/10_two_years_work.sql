-- Each pull request, push or signed commit that landed in the two years to the window's end, and whether it is part of a
-- substantive author-day.
-- Left out by name: merges, copies, bulk landings, bots, pushes into forks, what only the client dates, generated files,
-- what no clock dates, and what a force push had dropped by the date. `lines_unknown`: the day may have 10 lines, but
-- GitHub cannot count those of one of its commits.
CREATE VIEW two_years_work AS
SELECT w.project, r.full_name AS repository, w.day, w.landed_at, w.tier, w.person, w.weeks_only, w.lines,
       d.lines AS day_lines, d.reviewed_lines AS day_reviewed_lines,
       coalesce(
           CASE WHEN w.left_at < (SELECT as_of FROM as_of) THEN 'dropped' END,
           w.exclusion,
           CASE WHEN d.substantive THEN NULL WHEN d.is_lower_bound THEN 'lines_unknown' ELSE 'under_10_lines' END
       ) AS reason,
       CASE
           WHEN w.pull_request IS NOT NULL THEN 'https://github.com/' || r.full_name || '/pull/' || p.number
           WHEN w.push IS NOT NULL AND u.before_oid GLOB '*[1-9a-f]*'
               THEN 'https://github.com/' || r.full_name || '/compare/' || u.before_oid || '...' || u.after_oid
           WHEN w.push IS NOT NULL THEN 'https://github.com/' || r.full_name || '/commits/' || u.after_oid
           ELSE 'https://github.com/' || r.full_name || '/commit/' || w.oid
       END AS url
FROM work AS w
JOIN repositories AS r ON r.id = w.repository
LEFT JOIN author_days AS d
       ON d.project = w.project AND d.day = w.day AND d.person IS w.person AND d.weeks_only IS w.weeks_only
LEFT JOIN pull_requests AS p ON p.id = w.pull_request
LEFT JOIN pushes AS u ON u.id = w.push
WHERE w.landed_at >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', window_end, '-728 days') FROM as_of)
  AND w.landed_at < (SELECT window_end FROM as_of)
  AND w.reached_at < (SELECT as_of FROM as_of);
