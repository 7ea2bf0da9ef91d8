-- The last landing of a substantive author-day of each project, and where it can be seen.
SELECT t.project, w.landed_at, k.url
FROM tracked_projects AS t
CROSS JOIN work AS w ON w.id = (
    SELECT l.id FROM work AS l
    WHERE l.project = t.project AND l.exclusion IS NULL
      AND l.landed_at < (SELECT as_of FROM as_of) AND l.reached_at < (SELECT as_of FROM as_of)
      AND EXISTS (SELECT 1 FROM substantive_days AS d
                  WHERE d.project = l.project AND d.day = l.day AND d.person IS l.person
                    AND d.weeks_only IS l.weeks_only)
    ORDER BY l.landed_at DESC, l.person, l.weeks_only, l.id LIMIT 1
)
CROSS JOIN work_links AS k ON k.work = w.id
