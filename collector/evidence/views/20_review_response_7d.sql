-- Do outsiders' pull requests get a human review within a week? Every pull request that became ready for review in the
-- window, counted if a qualified outsider opened it from a fork. The answer is the first review, or comment that is no
-- template, by a human insider other than the author, more than two minutes after the opening; one that was there before
-- the pull request was ready ends the wait at once. A merge without a word is none. One without an answer is observed until
-- the date, or until its author withdrew it.
CREATE VIEW evidence_review_response_7d AS
WITH first_turn AS (
    SELECT subject, type, created_at,
           row_number() OVER (PARTITION BY subject ORDER BY created_at, id) AS place
    FROM events WHERE subject_type = 'PullRequest' AND type IN ('ReadyForReviewEvent', 'ConvertToDraftEvent')
), opened AS (
    -- It was opened as a draft if the first thing that happened to that was to be made ready, or if nothing did.
    SELECT p.id, r.project, r.full_name, p.number, p.author, p.is_cross_repository, p.merged_at, p.gone_at,
           CASE WHEN f.type = 'ReadyForReviewEvent' THEN f.created_at
                WHEN f.type IS NULL AND p.is_draft THEN NULL
                ELSE p.created_at END AS ready_at,
           p.created_at, m.reason AS imported
    FROM pull_requests AS p
    JOIN repositories AS r ON r.id = p.repository AND r.tracked
    LEFT JOIN first_turn AS f ON f.subject = p.id AND f.place = 1
    LEFT JOIN imported_threads AS m ON m.subject_type = 'PullRequest' AND m.subject = p.id
    -- What became ready in the window was touched in it.
    WHERE p.updated_at >= (SELECT window_start FROM as_of) AND p.created_at < (SELECT window_end FROM as_of)
), looked_at AS (
    SELECT *, coalesce(ready_at, created_at) AS opened_at FROM opened
    WHERE coalesce(ready_at, created_at) >= (SELECT window_start FROM as_of)
      AND coalesce(ready_at, created_at) < (SELECT window_end FROM as_of)
), words AS (
    SELECT l.id, l.author, l.created_at, c.author AS by, c.created_at AS at
    FROM looked_at AS l JOIN human_comments AS c ON c.subject = l.id AND c.subject_type = 'PullRequest'
    UNION ALL
    SELECT l.id, l.author, l.created_at, v.author, v.submitted_at
    FROM looked_at AS l
    JOIN reviews AS v ON v.pull_request = l.id
    JOIN insiders AS i ON i.project = l.project AND i.account = v.author AND i.since <= v.submitted_at
    LEFT JOIN machines AS b ON b.account = v.author AND b.since <= v.submitted_at
    WHERE b.account IS NULL AND v.submitted_at < (SELECT as_of FROM as_of)
), answers AS (
    SELECT id, min(at) AS at FROM words
    WHERE by IS NOT author AND strftime('%s', at) - strftime('%s', created_at) > 120
    GROUP BY id
), withdrawn AS (
    SELECT l.id, min(e.created_at) AS at
    FROM looked_at AS l
    JOIN events AS e ON e.subject = l.id AND e.subject_type = 'PullRequest' AND e.type = 'ClosedEvent'
    WHERE e.actor = l.author AND e.created_at >= l.opened_at AND e.created_at < (SELECT as_of FROM as_of)
      -- GitHub notes a merge as a closing, too.
      AND coalesce(l.merged_at, '9999') >= (SELECT as_of FROM as_of)
      AND NOT EXISTS (
          SELECT 1 FROM events AS o
          WHERE o.subject = e.subject AND o.subject_type = 'PullRequest' AND o.type = 'ReopenedEvent'
            AND o.created_at >= e.created_at AND o.created_at < (SELECT as_of FROM as_of)
      )
    GROUP BY l.id
), judged AS (
    SELECT l.*, CASE WHEN w.at < coalesce(a.at, '9999') THEN w.at END AS withdrawn_at, a.at AS answered_at,
           CASE
               WHEN NOT l.is_cross_repository THEN 'from_inside'
               WHEN l.imported IS NOT NULL THEN 'imported'
               WHEN l.author IS NULL THEN 'by_ghost'
               WHEN b.account IS NOT NULL THEN 'by_bot'
               WHEN s.since <= l.opened_at THEN 'by_insider'
               WHEN c.created_at IS NULL THEN 'account_age_unknown'
               WHEN c.created_at > strftime('%Y-%m-%dT%H:%M:%SZ', l.opened_at, '-90 days')
                   THEN 'account_under_90_days'
               WHEN l.ready_at IS NULL THEN 'draft'
           END AS reason
    FROM looked_at AS l
    LEFT JOIN accounts AS c ON c.id = l.author
    LEFT JOIN machines AS b ON b.account = l.author AND b.since <= l.opened_at
    LEFT JOIN insiders AS s ON s.project = l.project AND s.account = l.author
    LEFT JOIN answers AS a ON a.id = l.id
    LEFT JOIN withdrawn AS w ON w.id = l.id
)
SELECT project, full_name AS repository, reason IS NULL AS counted, reason,
       'https://github.com/' || full_name || '/pull/' || number AS url,
       number, author, opened_at AS ready_at,
       CASE WHEN withdrawn_at IS NULL THEN answered_at END AS answered_at, withdrawn_at,
       max(0, strftime('%s', coalesce(withdrawn_at, answered_at, (SELECT as_of FROM as_of)))
                  - strftime('%s', opened_at)) / 86400.0 AS days,
       withdrawn_at IS NULL AND answered_at IS NOT NULL AS answered,
       gone_at
FROM judged;
