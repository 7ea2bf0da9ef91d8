-- A fingerprint of a project: changes whenever its landings, or the line counts of its pull requests, may have changed.
WITH mine AS (
    SELECT id, default_branch, is_fork FROM repositories
    WHERE id IN (SELECT repository FROM project_repositories WHERE project = ? AND tracked)
),
pulls AS (SELECT * FROM pull_requests WHERE repository IN (SELECT id FROM mine) AND merged_at IS NOT NULL)
SELECT (SELECT group_concat(id || coalesce(default_branch, '') || is_fork)
        FROM (SELECT * FROM mine ORDER BY id)),
       (SELECT count(*) || ',' || count(gone_at) || ',' || count(authored_at) || ',' || count(headline)
               || ',' || total(pull_request) FROM commits
        WHERE repository IN (SELECT id FROM mine)),
       (SELECT count(*) FROM pushes WHERE repository IN (SELECT id FROM mine)),
       (SELECT count(source_oid) FROM events
        WHERE type = 'ClosedEvent' AND repository IN (SELECT id FROM mine)),
       (SELECT count(*) || ',' || count(merge_commit_oid) || ',' || count(diff_of) || ','
               || total(changed_files) || ',' || total(additions + deletions) FROM pulls),
       (SELECT count(*) || ',' || count(gone_at) || ',' || total(additions + deletions)
        FROM pull_request_files WHERE pull_request IN (SELECT id FROM pulls)),
       (SELECT count(*) FROM pull_request_commits WHERE pull_request IN (SELECT id FROM pulls)),
       (SELECT count(*) FROM tagged_commits WHERE repository IN (SELECT id FROM mine)),
       (SELECT count(*) || ',' || count(tag_oid) || ',' || count(gone_at) FROM releases
        WHERE repository IN (SELECT id FROM mine))
