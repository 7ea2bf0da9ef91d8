-- Since when each account is an insider of a project: its first use of some power in it (docs/signals.md, "Insider").
INSERT INTO insiders (project, account, since, reason)
WITH threads AS (
    SELECT 'Issue' AS subject_type, id, repository, author, created_at FROM issues
    UNION ALL
    SELECT 'PullRequest', id, repository, author, created_at FROM pull_requests
), begun AS (
    -- When the first sync of a project was complete. It may have taken several runs, but what it saw it saw at once.
    SELECT r.project, max(s.first_complete_at) AS at
    FROM repositories AS r
    JOIN sync_state AS s ON s.repository = r.id AND s.kind IN ('issues', 'pull_requests')
    WHERE r.tracked AND NOT EXISTS (
        SELECT 1 FROM repositories AS o
        WHERE o.project = r.project AND o.tracked AND o.first_seen_at < r.first_seen_at
    )
    GROUP BY r.project
), said AS (
    SELECT 'issues' AS "table", id, repository, author, created_at AS at, first_seen_at, author_association FROM issues
    UNION ALL
    SELECT 'pull_requests', id, repository, author, created_at, first_seen_at, author_association FROM pull_requests
    UNION ALL
    SELECT 'discussions', id, repository, author, created_at, first_seen_at, author_association FROM discussions
    UNION ALL
    SELECT 'comments', id, repository, author, created_at, first_seen_at, author_association FROM comments
    UNION ALL
    SELECT 'reviews', v.id, p.repository, v.author, v.submitted_at, v.first_seen_at, v.author_association
    FROM reviews AS v JOIN pull_requests AS p ON p.id = v.pull_request
), changed AS (
    SELECT "table", CAST(key AS INTEGER) AS id, old, new, seen_at,
           row_number() OVER (PARTITION BY "table", key ORDER BY seen_at, id) AS place
    FROM changes WHERE "column" = 'author_association'
), shown AS (
    -- Which association of an account each sync saw that saw a new one.
    SELECT s.author, s.repository, s.at, s.first_seen_at AS seen_at, coalesce(c.old, s.author_association) AS association
    FROM said AS s LEFT JOIN changed AS c ON c."table" = s."table" AND c.id = s.id AND c.place = 1
    UNION ALL
    SELECT s.author, s.repository, s.at, c.seen_at, c.new
    FROM changed AS c JOIN said AS s ON s."table" = c."table" AND s.id = c.id
), seen AS (
    SELECT r.project, s.author AS account, min(s.at) AS first_at,
           max(min(s.seen_at), coalesce(b.at, '')) AS first_seen_at,
           max(min(CASE WHEN s.association IN ('OWNER', 'MEMBER', 'COLLABORATOR') THEN s.seen_at END),
               coalesce(b.at, '')) AS inside_at
    FROM shown AS s
    JOIN repositories AS r ON r.id = s.repository AND r.tracked
    LEFT JOIN begun AS b ON b.project = r.project
    WHERE s.author IS NOT NULL
    GROUP BY r.project, s.author
), associated AS (
    -- From its first event on if the first sync that saw the account saw that, else from the sync that first saw it:
    -- who is made a collaborator was none before.
    SELECT project, account, CASE WHEN inside_at = first_seen_at THEN first_at ELSE inside_at END AS since
    FROM seen WHERE inside_at IS NOT NULL
)
SELECT project, account, since, reason FROM (
    SELECT project, account, since, reason,
           row_number() OVER (PARTITION BY project, account ORDER BY since, reason) AS place
    FROM (
        SELECT r.project, p.merged_by AS account, p.merged_at AS since, 'merged a pull request' AS reason
        FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository
        WHERE r.tracked AND p.merged_by IS NOT NULL AND p.merged_at IS NOT NULL
        UNION ALL
        SELECT r.project, u.actor, u.pushed_at, 'pushed to the default branch'
        FROM json_each(:default_refs) AS d
        JOIN pushes AS u ON u.repository = json_extract(d.value, '$[0]') AND u.ref = json_extract(d.value, '$[1]')
         AND u.pushed_at <= json_extract(d.value, '$[2]')
        JOIN repositories AS r ON r.id = u.repository
        WHERE r.tracked AND u.actor IS NOT NULL
        UNION ALL
        SELECT r.project, l.author, v.published_at, 'published a release'
        FROM releases AS l JOIN repositories AS r ON r.id = l.repository
        JOIN release_versions AS v ON v.release = l.id
        WHERE r.tracked AND l.author IS NOT NULL AND v.published_at <> ''
        UNION ALL
        SELECT r.project, e.actor, e.created_at,
               CASE e.type WHEN 'ClosedEvent' THEN 'closed another''s thread'
                           ELSE 'used a power of triage on another''s thread' END
        FROM events AS e
        JOIN threads AS t ON t.id = e.subject AND t.subject_type = e.subject_type
        JOIN repositories AS r ON r.id = t.repository AND r.tracked
        WHERE e.actor IS NOT NULL AND e.actor IS NOT t.author
          AND (e.type IN ('ClosedEvent', 'ReopenedEvent', 'TransferredEvent', 'ConvertedToDiscussionEvent',
                          'ReadyForReviewEvent', 'ConvertToDraftEvent', 'MilestonedEvent', 'PinnedEvent',
                          'LockedEvent', 'UnlockedEvent', 'MarkedAsDuplicateEvent', 'ReviewDismissedEvent')
               -- A form sets labels and assignees as it opens an issue.
               OR (e.type IN ('LabeledEvent', 'AssignedEvent')
                   AND strftime('%s', e.created_at) - strftime('%s', t.created_at) > :form_seconds))
          -- What was done to a thread before it was moved in shows power elsewhere.
          AND NOT EXISTS (
              SELECT 1 FROM events AS m
              WHERE m.subject = e.subject AND m.subject_type = e.subject_type
                AND m.type = 'TransferredEvent' AND m.created_at > e.created_at
                AND NOT EXISTS (
                    SELECT 1 FROM repositories AS f
                    WHERE f.project = r.project AND f.tracked AND f.full_name = m.from_repository COLLATE NOCASE
                )
          )
        UNION ALL
        SELECT r.project, m.account, m.chosen_at, 'used a power of triage on another''s thread'
        FROM answer_marks AS m
        JOIN discussions AS d ON d.id = m.discussion
        JOIN repositories AS r ON r.id = d.repository AND r.tracked
        WHERE m.account IS NOT NULL AND m.account IS NOT d.author
        UNION ALL
        SELECT r.project, p.author, p.created_at, 'opened a pull request from inside the repository'
        FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository
        WHERE r.tracked AND p.author IS NOT NULL AND NOT p.is_cross_repository
        UNION ALL
        SELECT project, account, since, 'carries OWNER, MEMBER or COLLABORATOR' FROM associated
    )
    WHERE since IS NOT NULL  -- GitHub may not have served when
)
WHERE place = 1
