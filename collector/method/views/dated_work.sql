-- Each pull request, push or signed commit that landed in the two years (`trend_quarters` of `quarter_weeks`) to the
-- window's end, and whether it belongs to a substantive author-day. The `reason` names what does not count: merges,
-- copies, what replaces work that a rewrite dropped, bulk landings, bots, pushes into forks, commits that only the
-- client dates, generated files, and commits without a date. What a rewrite dropped stays landed. `lines_unknown`: the
-- day may have enough lines, but GitHub does not count those of one of its commits. `is_contained`: nothing dates it
-- but an event that contains it.
SELECT w.project, w.id AS work, r.full_name AS repository, w.day, w.landed_at, w.tier, w.person, w.weeks_only, w.lines, w.altered_at,
       d.lines AS day_lines, d.reviewed_lines AS day_reviewed_lines, d.reviewed AS day_reviewed,
       l.landed_by IS 'contained_by' AS is_contained,
       coalesce(
           w.exclusion,
           CASE WHEN d.substantive THEN NULL
                WHEN d.is_lower_bound THEN 'lines_unknown'
                ELSE (SELECT 'under_' || substantive_lines || '_lines' FROM rules) END
       ) AS reason,
       c.week, c.quarter
FROM tracked_projects AS t
CROSS JOIN work AS w ON w.project = t.project
JOIN repositories AS r ON r.id = w.repository
JOIN calendar AS c ON c.day = w.day
LEFT JOIN author_days AS d
       ON d.project = w.project AND d.day = w.day AND d.person IS w.person AND d.weeks_only IS w.weeks_only
LEFT JOIN landings AS l ON l.repository = w.repository AND l.oid = w.oid AND l.project = w.project
WHERE w.landed_at >= (
        SELECT strftime('%Y-%m-%dT%H:%M:%SZ', window_end, (-7 * quarter_weeks * trend_quarters) || ' days')
        FROM as_of, rules
  )
  AND w.landed_at < (SELECT window_end FROM as_of)
  AND w.reached_at < (SELECT as_of FROM as_of)
