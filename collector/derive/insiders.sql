-- Since when each account is an insider of a project: its first use of some power in it (docs/signals.md, "Insider").
INSERT INTO insiders (project, account, since, reason)
WITH threads AS (
    SELECT 'Issue' AS subject_type, id, repository, author, created_at FROM issues
    UNION ALL
    SELECT 'PullRequest', id, repository, author, created_at FROM pull_requests
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
        FROM pushes AS u JOIN repositories AS r ON r.id = u.repository
        WHERE r.tracked AND u.actor IS NOT NULL AND (u.ref = 'refs/heads/' || r.default_branch OR EXISTS (
            SELECT 1 FROM changes AS c
            WHERE c."table" = 'repositories' AND c."column" = 'default_branch' AND c.key = CAST(r.id AS TEXT)
              AND u.ref = 'refs/heads/' || c.old AND u.pushed_at <= c.seen_at
        ))
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
                          'ReadyForReviewEvent', 'ConvertToDraftEvent')
               -- A form sets labels as it opens an issue.
               OR (e.type = 'LabeledEvent'
                   AND strftime('%s', e.created_at) - strftime('%s', t.created_at) > :form_seconds))
          -- What was done to a thread before it was moved in shows power elsewhere.
          AND NOT EXISTS (
              SELECT 1 FROM events AS m
              WHERE m.subject = e.subject AND m.subject_type = e.subject_type
                AND m.type = 'TransferredEvent' AND m.created_at > e.created_at
          )
        UNION ALL
        SELECT r.project, p.author, p.created_at, 'opened a pull request from inside the repository'
        FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository
        WHERE r.tracked AND p.author IS NOT NULL AND NOT p.is_cross_repository
        UNION ALL
        SELECT project, account, min(at), 'carries OWNER, MEMBER or COLLABORATOR'
        FROM (
            SELECT r.project, i.author AS account, i.created_at AS at, i.author_association AS association
            FROM issues AS i JOIN repositories AS r ON r.id = i.repository AND r.tracked
            UNION ALL
            SELECT r.project, p.author, p.created_at, p.author_association
            FROM pull_requests AS p JOIN repositories AS r ON r.id = p.repository AND r.tracked
            UNION ALL
            SELECT r.project, c.author, c.created_at, c.author_association
            FROM comments AS c JOIN repositories AS r ON r.id = c.repository AND r.tracked
            UNION ALL
            SELECT r.project, v.author, v.submitted_at, v.author_association
            FROM reviews AS v JOIN pull_requests AS p ON p.id = v.pull_request
            JOIN repositories AS r ON r.id = p.repository AND r.tracked
        )
        WHERE account IS NOT NULL
        GROUP BY project, account
        HAVING max(association IN ('OWNER', 'MEMBER', 'COLLABORATOR'))
    )
    WHERE since IS NOT NULL  -- GitHub may not have served when
)
WHERE place = 1
