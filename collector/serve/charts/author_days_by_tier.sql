-- Days of work by the clock that dates them
-- Days of work of each quarter: a person and a day. GitHub's clock cannot be manipulated by who pushes; the client's can, and work
-- that only it dates is not counted.
WITH found AS (
    SELECT project, day, coalesce(weeks_only, person) AS who, tier, lines
    FROM work WHERE exclusion IS NULL
    UNION ALL
    SELECT l.project, substr(l.landed_at, 1, 10), '', l.tier, c.additions + c.deletions
    FROM landings AS l
    JOIN commits AS c ON c.repository = l.repository AND c.oid = l.oid
    WHERE l.exclusion = 'client_dated'
), days AS (
    SELECT project, day, who, min(tier) AS tier FROM found
    WHERE day >= (SELECT date(window_end, '-4 years') FROM as_of) {chosen project} [[AND day < :date]]
      [[AND day >= date((SELECT as_of FROM as_of), '-' || :period)]]
    GROUP BY project, day, who HAVING sum(lines) >= (SELECT substantive_lines FROM rules)
)
SELECT substr(day, 1, 4) || ' Q' || ((CAST(substr(day, 6, 2) AS INTEGER) + 2) / 3) AS quarter,
       CASE tier WHEN 'T1' THEN '1 GitHub''s clock' WHEN 'T2' THEN '2 verified signature' ELSE '3 the client''s clock' END
           AS dated_by,
       count(*) AS author_days
FROM days GROUP BY quarter, dated_by ORDER BY quarter, dated_by
