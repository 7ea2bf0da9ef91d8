-- Outsiders' issues and discussions without an answer
-- Issues, and discussions in categories that take answers, that outsiders opened in the year before the date of the views, that no insider has answered and that their
-- authors did not withdraw; the longest waiting first.
-- :project  a project's slug; all when empty
-- :days  only those that wait for at least so many days; 7 when empty
SELECT e.project, e.repository, e.number, coalesce(i.title, d.title) AS title,
       a.login AS asked_by, coalesce(i.state, CASE WHEN d.closed_at IS NULL THEN 'OPEN' ELSE 'CLOSED' END) AS state, e.opened_at,
       round(e.days, 1) AS days_waiting, e.gone_at, e.url
FROM evidence_first_response_7d AS e
JOIN repositories AS r ON r.full_name = e.repository AND r.tracked
LEFT JOIN issues AS i ON e.kind = 'issue' AND i.repository = r.id AND i.number = e.number
LEFT JOIN discussions AS d ON e.kind = 'discussion' AND d.repository = r.id AND d.number = e.number
LEFT JOIN accounts AS a ON a.id = e.author
WHERE e.counted AND NOT e.answered AND e.withdrawn_at IS NULL AND (:project = '' OR e.project = :project)
  AND e.days >= CAST(coalesce(nullif(:days, ''), '7') AS REAL)
ORDER BY e.days DESC
