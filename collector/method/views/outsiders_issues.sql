-- The issues opened in the window with their first answer (`thread_answers`), and with their author's withdrawal where
-- that came before any answer. `spoken_at` is the first answer by anybody, insider or not. An issue that was turned
-- into a discussion goes on there. One that was moved in from elsewhere and had an answer there is left out.
WITH opened AS (
    SELECT * FROM opened_threads WHERE subject_type = 'Issue'
), answers AS (
    SELECT project, id, min(CASE WHEN is_insider THEN at END) AS at, min(at) AS by_anyone_at
    FROM thread_answers WHERE subject_type = 'Issue' GROUP BY id, project
)
SELECT l.id, l.project, l.full_name, l.number, l.author, l.opened_at, i.state_reason, l.gone_at, a.at AS answered_at,
       a.by_anyone_at AS spoken_at,
       CASE WHEN a.at IS NULL OR l.withdrawn_at < a.at THEN l.withdrawn_at END AS withdrawn_at,
       coalesce(l.reason, CASE WHEN l.is_transferred AND EXISTS (
           SELECT 1 FROM human_comments AS c
           WHERE c.project = l.project AND c.subject = l.id AND c.subject_type = 'Issue' AND c.is_insider
             AND c.author IS NOT l.author
             AND c.created_at < l.opened_at
       ) THEN 'answered_before_transfer' END) AS reason,
       (SELECT url FROM github_website) || l.full_name || '/issues/' || l.number AS url
FROM opened AS l
JOIN issues AS i ON i.id = l.id
LEFT JOIN answers AS a ON a.id = l.id AND a.project = l.project
