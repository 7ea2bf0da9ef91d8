-- Issues and discussions that do not count for answers, and why
-- Issues and discussions opened in the year before the date of the views that first_response_7d leaves out: those of insiders, bots,
-- deleted accounts and fresh accounts, and imported ones.
-- :project  a project's slug; all when empty
-- :reason  such as by_insider or account_under_90_days; all when empty
SELECT e.project, e.repository, e.number, coalesce(i.title, d.title) AS title, a.login AS asked_by,
       a.created_at AS account_made_at, e.opened_at, e.reason, e.url
FROM evidence_first_response_7d AS e
JOIN repositories AS r ON r.full_name = e.repository AND r.tracked
LEFT JOIN issues AS i ON e.kind = 'issue' AND i.repository = r.id AND i.number = e.number
LEFT JOIN discussions AS d ON e.kind = 'discussion' AND d.repository = r.id AND d.number = e.number
LEFT JOIN accounts AS a ON a.id = e.author
WHERE NOT e.counted AND (:project = '' OR e.project = :project) AND (:reason = '' OR e.reason = :reason)
ORDER BY e.opened_at DESC
