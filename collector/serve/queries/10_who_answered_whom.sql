-- Who answered whom, and how fast
-- Issues and discussions that outsiders opened in the year before the date of the views and that an insider answered, slowest first:
-- the rows behind first_response_7d that had an answer.
-- :project  a project's slug; all when empty
SELECT e.project, e.repository, e.number, coalesce(i.title, d.title) AS title, asker.login AS asked_by, answerer.login AS answered_by,
       a.how AS answered_with, e.opened_at, e.answered_at, round(e.days, 2) AS days, e.url
FROM evidence_first_response_7d AS e
JOIN repositories AS r ON r.full_name = e.repository AND r.tracked
LEFT JOIN issues AS i ON e.kind = 'issue' AND i.repository = r.id AND i.number = e.number
LEFT JOIN discussions AS d ON e.kind = 'discussion' AND d.repository = r.id AND d.number = e.number
LEFT JOIN thread_answers AS a
  ON a.subject_type = CASE e.kind WHEN 'issue' THEN 'Issue' ELSE 'Discussion' END AND a.id = coalesce(i.id, d.id)
 AND a.project = e.project AND a.is_insider AND a.at = e.answered_at
LEFT JOIN accounts AS asker ON asker.id = e.author
LEFT JOIN accounts AS answerer ON answerer.id = a.author
WHERE e.counted AND e.answered AND (:project = '' OR e.project = :project)
GROUP BY e.project, e.url
ORDER BY e.days DESC, e.opened_at, e.url
