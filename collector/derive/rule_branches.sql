-- The merged pull requests of a project that touch economic rules: those in rule paths, and all of governance repositories.
SELECT p.id, p.repository, p.created_at, (
           SELECT max(e.created_at) FROM events AS e
           WHERE e.subject = p.id AND e.subject_type = 'PullRequest' AND e.type = 'ReadyForReviewEvent'
             AND e.created_at < p.merged_at
       ), p.merged_at, p.is_cross_repository
FROM pull_requests AS p JOIN project_repositories AS r ON r.repository = p.repository
WHERE r.project = :project AND r.tracked AND p.merged_at IS NOT NULL AND (
    r.role = 'governance'
    OR p.id IN (
        SELECT w.pull_request FROM work AS w CROSS JOIN work_paths AS t ON t.work = w.id
        WHERE w.project = :project AND t.touches_rules
    )
)
