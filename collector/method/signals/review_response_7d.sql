-- Do outsiders' pull requests get a human review within a week? Every pull request that became ready for review in the
-- window; those count that a qualified outsider opened from a fork. The answer is the first review, or comment that can
-- answer, by a human insider other than the author, more than `automatic_reply_seconds` after the opening. An answer
-- from before the pull request was ready ends the wait at once; a merge without a word is no answer. An unanswered pull
-- request is observed until the date, or until its author withdrew it.
WITH opened AS (
    SELECT *, strftime('%Y-%m-%dT%H:%M:%SZ', created_at, (SELECT automatic_reply_seconds || ' seconds' FROM rules))
               AS automatic_until
    FROM opened_threads WHERE subject_type = 'PullRequest'
), words AS (
    SELECT l.project, l.id, l.author, c.author AS by, c.created_at AS at
    FROM opened AS l
    JOIN human_comments AS c ON c.subject = l.id AND c.subject_type = 'PullRequest' AND c.project = l.project
     AND c.is_insider AND c.created_at > l.automatic_until
    UNION ALL
    SELECT l.project, l.id, l.author, coalesce(h.author, v.author), v.submitted_at
    FROM opened AS l
    JOIN reviews AS v ON v.pull_request = l.id AND v.submitted_at > l.automatic_until
    LEFT JOIN former_authors AS h ON h.kind = 'reviews' AND h.id = v.id
    JOIN human_insiders AS i
      ON i.project = l.project AND i.account = coalesce(h.author, v.author)
     AND i.since <= v.submitted_at AND v.submitted_at < i.until
    WHERE v.submitted_at < (SELECT as_of FROM as_of)
), answers AS (
    SELECT project, id, min(at) AS at FROM words
    WHERE by IS NOT author GROUP BY id, project
), judged AS (
    SELECT l.project, l.full_name, l.number, l.author, l.opened_at, l.gone_at, a.at AS answered_at,
           CASE WHEN a.at IS NULL OR l.withdrawn_at < a.at THEN l.withdrawn_at END AS withdrawn_at,
           CASE WHEN NOT p.is_cross_repository THEN 'from_inside'
                ELSE coalesce(l.reason, CASE WHEN l.is_draft THEN 'draft' END) END AS reason
    FROM opened AS l
    JOIN pull_requests AS p ON p.id = l.id
    LEFT JOIN answers AS a ON a.id = l.id AND a.project = l.project
)
SELECT project, full_name AS repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       (SELECT url FROM github_website) || full_name || '/pull/' || number AS url,
       number, author, opened_at AS ready_at,
       CASE WHEN withdrawn_at IS NULL THEN answered_at END AS answered_at, withdrawn_at,
       max(0, strftime('%s', coalesce(withdrawn_at, answered_at, (SELECT as_of FROM as_of)))
                  - strftime('%s', opened_at)) / 86400.0 AS days,
       withdrawn_at IS NULL AND answered_at IS NOT NULL AS answered,
       gone_at
FROM judged
