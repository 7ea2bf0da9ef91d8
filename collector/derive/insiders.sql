-- Since when each account is an insider of a project: its first use of some power in it (docs/signals.md, "Insider").
INSERT INTO insiders (project, account, since, reason)
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
        WHERE r.tracked AND u.actor IS NOT NULL AND u.ref = 'refs/heads/' || r.default_branch
        UNION ALL
        SELECT r.project, l.author, v.published_at, 'published a release'
        FROM releases AS l JOIN repositories AS r ON r.id = l.repository
        JOIN release_versions AS v ON v.release = l.id
        WHERE r.tracked AND l.author IS NOT NULL AND v.published_at <> ''
        UNION ALL
        SELECT r.project, e.actor, e.created_at, 'closed another''s issue'
        FROM events AS e JOIN issues AS i ON i.id = e.subject JOIN repositories AS r ON r.id = i.repository
        WHERE r.tracked AND e.type = 'ClosedEvent' AND e.subject_type = 'Issue' AND e.actor IS NOT NULL
          AND e.actor IS NOT i.author
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
