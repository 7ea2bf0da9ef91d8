-- Insiders of a project while they are human: from their first use of power until they are known to be a bot.
SELECT i.project, i.account, i.since, coalesce(b.since, (SELECT far_future FROM rules)) AS until
FROM tracked_projects AS t
CROSS JOIN insiders AS i ON i.project = t.project
LEFT JOIN machines AS b ON b.account = i.account
