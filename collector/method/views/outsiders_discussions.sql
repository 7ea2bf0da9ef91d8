-- The discussions opened in the window in categories that take answers, with their first answer (`thread_answers`).
-- GitHub does not say who closed a discussion, so a closing is never its author's withdrawal. One that an issue became
-- is that issue.
SELECT l.id, l.project, l.full_name, l.number, l.author, l.opened_at, l.gone_at,
       min(CASE WHEN a.is_insider THEN a.at END) AS answered_at, min(a.at) AS spoken_at, l.withdrawn_at, l.reason,
       (SELECT url FROM github_website) || l.full_name || '/discussions/' || l.number AS url
FROM opened_threads AS l
LEFT JOIN thread_answers AS a ON a.project = l.project AND a.subject_type = l.subject_type AND a.id = l.id
WHERE l.subject_type = 'Discussion'
GROUP BY l.project, l.id
