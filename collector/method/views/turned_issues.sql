-- Issues that were turned into discussions by the date, and the discussions in which they go on, where the event names
-- one.
SELECT DISTINCT e.subject AS issue, d.id AS discussion
FROM tracked_repositories AS r
CROSS JOIN events AS e ON e.repository = r.id AND e.type = 'ConvertedToDiscussionEvent'
JOIN discussions AS d ON d.repository = e.repository AND d.number = e.discussion_number
WHERE e.subject_type = 'Issue' AND e.created_at < (SELECT as_of FROM as_of)
