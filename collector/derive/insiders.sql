-- Since when each account is an insider of a project: its first use of some power in it (docs/signals.md, "Insider").
-- GitHub lets nobody below the role of triage do what is listed here to another's thread, and nobody below that of write
-- merge, push and release:
-- https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization
-- What GitHub calls an author: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
INSERT INTO insiders (project, account, since, reason)
WITH mine AS (
    SELECT r.id, r.first_seen_at
    FROM project_repositories AS p JOIN repositories AS r ON r.id = p.repository
    WHERE p.project = :project AND p.tracked
), former AS (
    -- Whom GitHub named until the account was deleted: power that was used stays used.
    SELECT DISTINCT "table", key, CAST(key AS INTEGER) AS id, "column", CAST(old AS INTEGER) AS account
    FROM changes
    WHERE "column" IN ('author', 'merged_by', 'actor') AND new IS NULL AND repository IN (SELECT id FROM mine)
), pulled AS (
    SELECT p.id, coalesce(p.author, f.account) AS author, p.created_at, p.first_seen_at,
           p.author_association, p.is_cross_repository, coalesce(p.merged_by, m.account) AS merged_by, p.merged_at
    FROM pull_requests AS p
    LEFT JOIN former AS f ON f."table" = 'pull_requests' AND f.id = p.id AND f."column" = 'author'
    LEFT JOIN former AS m ON m."table" = 'pull_requests' AND m.id = p.id AND m."column" = 'merged_by'
    WHERE p.repository IN (SELECT id FROM mine)
), asked AS (
    SELECT i.id, coalesce(i.author, f.account) AS author, i.created_at, i.first_seen_at,
           i.author_association
    FROM issues AS i LEFT JOIN former AS f ON f."table" = 'issues' AND f.id = i.id
    WHERE i.repository IN (SELECT id FROM mine)
), discussed AS (
    SELECT d.id, coalesce(d.author, f.account) AS author, d.created_at, d.first_seen_at,
           d.author_association
    FROM discussions AS d LEFT JOIN former AS f ON f."table" = 'discussions' AND f.id = d.id
    WHERE d.repository IN (SELECT id FROM mine)
), threads AS (
    SELECT 'Issue' AS subject_type, id, author, created_at FROM asked
    UNION ALL
    SELECT 'PullRequest', id, author, created_at FROM pulled
), begun AS (
    -- When the first sync of the project was complete. It may have taken several runs, but what it saw it saw at once.
    SELECT coalesce(max(s.first_complete_at), '') AS begun_at
    FROM mine AS r
    JOIN sync_state AS s ON s.repository = r.id AND s.kind IN ('issues', 'pull_requests')
    WHERE NOT EXISTS (SELECT 1 FROM mine AS o WHERE o.first_seen_at < r.first_seen_at)
), said AS (
    SELECT 'issues' AS "table", id, author, created_at AS at, first_seen_at, author_association FROM asked
    UNION ALL
    SELECT 'pull_requests', id, author, created_at, first_seen_at, author_association FROM pulled
    UNION ALL
    SELECT 'discussions', id, author, created_at, first_seen_at, author_association FROM discussed
    UNION ALL
    SELECT 'comments', c.id, coalesce(c.author, f.account), c.created_at, c.first_seen_at, c.author_association
    FROM comments AS c LEFT JOIN former AS f ON f."table" = 'comments' AND f.id = c.id
    WHERE c.repository IN (SELECT id FROM mine)
    UNION ALL
    SELECT 'reviews', v.id, coalesce(v.author, f.account), v.submitted_at, v.first_seen_at, v.author_association
    FROM pulled AS p
    CROSS JOIN reviews AS v ON v.pull_request = p.id
    LEFT JOIN former AS f ON f."table" = 'reviews' AND f.id = v.id
), changed AS (
    -- The association that the first change of an item replaced, and when a sync saw it change to one of an insider.
    SELECT "table", CAST(key AS INTEGER) AS id, old,
           row_number() OVER (PARTITION BY "table", key ORDER BY seen_at, id) AS place,
           min(CASE WHEN new IN ('OWNER', 'MEMBER', 'COLLABORATOR') THEN seen_at END)
               OVER (PARTITION BY "table", key) AS inside_at
    FROM changes
    WHERE "column" = 'author_association' AND (repository IN (SELECT id FROM mine) OR repository IS NULL)
), shown AS (
    -- When each account did something, when a sync first saw that, and when one first saw it as an insider's.
    SELECT s.author, s.at, s.first_seen_at,
           CASE WHEN coalesce(c.old, s.author_association) IN ('OWNER', 'MEMBER', 'COLLABORATOR')
                THEN s.first_seen_at ELSE c.inside_at END AS inside_at
    FROM said AS s LEFT JOIN changed AS c ON c."table" = s."table" AND c.id = s.id AND c.place = 1
    WHERE s.author IS NOT NULL
), seen AS (
    SELECT account, first_at, max(first_seen_at, begun_at) AS first_seen_at, max(inside_at, begun_at) AS inside_at
    FROM begun CROSS JOIN (
        SELECT author AS account, min(at) AS first_at, min(first_seen_at) AS first_seen_at, min(inside_at) AS inside_at
        FROM shown GROUP BY author
    )
), associated AS (
    -- From its first event on if the first sync that saw the account saw that, else from the sync that first saw it:
    -- somebody who is made a collaborator was not one before.
    SELECT account, CASE WHEN inside_at = first_seen_at THEN first_at ELSE inside_at END AS since
    FROM seen WHERE inside_at IS NOT NULL
)
SELECT :project, account, since, reason FROM (
    -- The other columns are of the row with the least: https://www.sqlite.org/lang_select.html#bareagg
    SELECT account, since, reason, min(since || reason) FROM (
        SELECT merged_by AS account, min(merged_at) AS since, 'merged a pull request' AS reason
        FROM pulled WHERE merged_by IS NOT NULL AND merged_at IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT coalesce(u.actor, f.account), min(u.pushed_at), 'pushed to the default branch'
        FROM json_each(:default_refs) AS d
        JOIN pushes AS u ON u.repository = json_extract(d.value, '$[0]') AND u.ref = json_extract(d.value, '$[1]')
         AND u.pushed_at <= json_extract(d.value, '$[2]')
        LEFT JOIN former AS f ON f."table" = 'pushes' AND f.id = u.id
        WHERE coalesce(u.actor, f.account) IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT coalesce(l.author, f.account), v.published_at, 'published a release'
        FROM mine AS r
        CROSS JOIN releases AS l ON l.repository = r.id
        JOIN release_versions AS v ON v.release_key = 'release:' || l.id AND v.project = :project
        LEFT JOIN former AS f ON f."table" = 'releases' AND f.id = l.id
        WHERE coalesce(l.author, f.account) IS NOT NULL AND v.published_at <> ''
        UNION ALL
        SELECT coalesce(e.actor, f.account), min(e.created_at),
               CASE e.type WHEN 'ClosedEvent' THEN 'closed another''s thread'
                           ELSE 'used a power of triage on another''s thread' END
        FROM threads AS t
        CROSS JOIN events AS e ON e.subject = t.id AND e.subject_type = t.subject_type
        LEFT JOIN former AS f ON f."table" = 'events' AND f.key = e.id
        WHERE coalesce(e.actor, f.account) IS NOT NULL AND coalesce(e.actor, f.account) IS NOT t.author
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
                    SELECT 1 FROM project_repositories AS p JOIN repositories AS f ON f.id = p.repository
                    WHERE p.project = :project AND p.tracked AND f.full_name = m.from_repository COLLATE NOCASE
                )
          )
        GROUP BY 1, 3
        UNION ALL
        SELECT m.account, m.chosen_at, 'used a power of triage on another''s thread'
        FROM discussed AS d
        CROSS JOIN answer_marks AS m ON m.project = :project AND m.discussion = d.id
        WHERE m.account IS NOT NULL AND m.account IS NOT d.author
        UNION ALL
        SELECT author, min(created_at), 'opened a pull request from inside the repository'
        FROM pulled WHERE author IS NOT NULL AND NOT is_cross_repository GROUP BY 1
        UNION ALL
        SELECT account, since, 'carries OWNER, MEMBER or COLLABORATOR' FROM associated
    )
    WHERE since IS NOT NULL  -- GitHub may not have served when
    GROUP BY account
)
