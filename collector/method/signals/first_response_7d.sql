-- Does an outsider get a human answer within a week? Every issue, and every discussion in a category that takes
-- answers, opened in the window. An unanswered one is observed until the date, also when it was closed without a word,
-- deleted or moved away; an issue that its author withdrew within a day, before anybody else wrote, is observed until
-- then. `anyone_days` and `answered_by_anyone` are the same with an answer by any other human, insider or not:
-- communities answer, too.
WITH threads AS (
    SELECT 'issue' AS kind, project, full_name, reason, url, number, author, opened_at, answered_at, spoken_at,
           withdrawn_at, gone_at
    FROM outsiders_issues
    UNION ALL
    SELECT 'discussion', project, full_name, reason, url, number, author, opened_at, answered_at, spoken_at,
           withdrawn_at, gone_at
    FROM outsiders_discussions
)
SELECT project, full_name AS repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       url, kind, number, author, opened_at,
       CASE WHEN withdrawn_at IS NULL THEN answered_at END AS answered_at, withdrawn_at,
       -- In whole seconds, so that an answer after exactly seven days is one within seven days.
       (strftime('%s', coalesce(withdrawn_at, answered_at, (SELECT as_of FROM as_of))) - strftime('%s', opened_at))
           / 86400.0 AS days,
       withdrawn_at IS NULL AND answered_at IS NOT NULL AS answered,
       (strftime('%s', coalesce(withdrawn_at, spoken_at, (SELECT as_of FROM as_of))) - strftime('%s', opened_at))
           / 86400.0 AS anyone_days,
       withdrawn_at IS NULL AND spoken_at IS NOT NULL AS answered_by_anyone,
       gone_at
FROM threads
