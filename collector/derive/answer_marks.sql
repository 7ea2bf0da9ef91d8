-- Every marking of a comment as a discussion's answer that a sync saw: the present one, and those that `changes` has kept.
-- What a column held before a change is the old value of the first change at that time or later, else the present value.
INSERT OR IGNORE INTO answer_marks (project, discussion, comment, chosen_at, account)
SELECT :project, id, answer_comment, answer_chosen_at, answer_chosen_by FROM discussions
WHERE repository IN (SELECT repository FROM project_repositories WHERE project = :project AND tracked) AND answer_chosen_at IS NOT NULL
UNION ALL
SELECT :project, d.id,
       coalesce((SELECT CAST(x.old AS INTEGER) FROM changes AS x
                 WHERE x."table" = 'discussions' AND x.key = c.key AND x."column" = 'answer_comment'
                   AND x.seen_at >= c.seen_at ORDER BY x.id LIMIT 1), d.answer_comment),
       c.old,
       coalesce((SELECT CAST(x.old AS INTEGER) FROM changes AS x
                 WHERE x."table" = 'discussions' AND x.key = c.key AND x."column" = 'answer_chosen_by'
                   AND x.seen_at >= c.seen_at ORDER BY x.id LIMIT 1), d.answer_chosen_by)
FROM discussions AS d CROSS JOIN changes AS c ON c."table" = 'discussions' AND c.key = CAST(d.id AS TEXT)
WHERE d.repository IN (SELECT repository FROM project_repositories WHERE project = :project AND tracked) AND c."column" = 'answer_chosen_at'
