-- Was public evidence removed or rewritten? Of the window: every issue, pull request, release and qualified outsider's
-- comment that a sync saw, with the `charge` `vanished` (gone by the date) or `arrived_late` (first seen with a date
-- that an earlier complete sync should have shown); every substantive author-day, `altered` when a rewrite dropped a
-- part of it without an equal commit in its place; and every version, charged when its tag moved or vanished, its date
-- of publication changed, or its release was deleted and made anew. Left out, and shown: what bots made; accounts under
-- `account_age_days` or gone themselves, whose objects GitHub removes as spam, and others' comments on a thread that
-- went with its author's account; what was transferred in sight, or is in a list that was switched off; comments that
-- their authors deleted; versions withdrawn within `withdrawn_days` for a higher one; tags that follow a rewrite to an
-- equal commit; and repositories without complete looks at least `watched_days` apart.
WITH scope AS (
    SELECT as_of AS until, window_start AS since, window_end AS ending,
           strftime('%Y-%m-%dT%H:%M:%SZ', window_start, '-' || account_age_days || ' days') AS old_since
    FROM as_of, rules
), withdrawn AS (
    -- Releases that were gone soon after their publication, and soon followed by a higher version.
    SELECT v.project, v.release, v.repository, v.version
    FROM tracked_repositories AS r
    CROSS JOIN releases AS l ON l.repository = r.id
    JOIN release_versions AS v ON v.release_key = 'release:' || l.id AND v.project = r.project
    WHERE l.gone_at <= (SELECT until FROM scope)
      AND julianday((SELECT max(k.at) FROM looks AS k
                     WHERE k.repository = v.repository AND k.kind = 'releases' AND k.at < l.gone_at))
              - julianday(v.published_at) <= (SELECT withdrawn_days FROM rules)
      AND EXISTS (
          SELECT 1 FROM release_versions AS n
          WHERE n.project = v.project AND n.repository = v.repository AND n.package IS v.package AND n.number > v.number
            AND n.published_at > v.published_at AND n.published_at < (SELECT until FROM scope)
            AND julianday(n.published_at) - julianday(v.published_at) <= (SELECT withdrawn_days + withdrawn_days FROM rules)
      )
), newest AS (
    -- The last release that each tag had.
    SELECT l.repository, l.tag_name, max(l.published_at) AS at
    FROM releases AS l
    WHERE l.repository IN (SELECT id FROM tracked_repositories) AND l.published_at < (SELECT until FROM scope)
    GROUP BY l.repository, l.tag_name
), objects AS (
    -- What a row is, and when it is dated; what may excuse it and where it is shown are looked up only where needed.
    -- `is_on` is whether its list is switched on.
    SELECT r.project, r.full_name, 'issues' AS kind, i.id, i.number, i.created_at AS dated,
           coalesce(h.author, i.author) AS author, i.first_seen_at, i.gone_at, r.has_issues AS is_on, w.long_enough
    FROM tracked_repositories AS r
    LEFT JOIN watched_lists AS w ON w.repository = r.id AND w.kind = 'issues'
    CROSS JOIN issues AS i ON i.repository = r.id AND i.created_at >= (SELECT since FROM scope)
    LEFT JOIN former_authors AS h ON h.kind = 'issues' AND h.id = i.id
    UNION ALL
    SELECT r.project, r.full_name, 'pull_requests', p.id, p.number, p.created_at, coalesce(h.author, p.author),
           p.first_seen_at, p.gone_at, r.has_pull_requests, w.long_enough
    FROM tracked_repositories AS r
    LEFT JOIN watched_lists AS w ON w.repository = r.id AND w.kind = 'pull_requests'
    CROSS JOIN pull_requests AS p ON p.repository = r.id AND p.created_at >= (SELECT since FROM scope)
    LEFT JOIN former_authors AS h ON h.kind = 'pull_requests' AND h.id = p.id
    UNION ALL
    SELECT r.project, r.full_name, 'releases', l.id, NULL, v.published_at, l.author, l.first_seen_at, l.gone_at, NULL,
           w.long_enough
    FROM tracked_repositories AS r
    LEFT JOIN watched_lists AS w ON w.repository = r.id AND w.kind = 'releases'
    CROSS JOIN releases AS l ON l.repository = r.id
    JOIN release_versions AS v ON v.release_key = 'release:' || l.id AND v.project = r.project
    UNION ALL
    SELECT r.project, r.full_name, 'comments', c.id, NULL, c.created_at, coalesce(h.author, c.author), c.first_seen_at,
           c.gone_at, CASE c.subject_type WHEN 'Issue' THEN r.has_issues ELSE r.has_pull_requests END,
           CASE c.subject_type WHEN 'Issue' THEN i.long_enough ELSE p.long_enough END
    FROM tracked_repositories AS r
    LEFT JOIN watched_lists AS i ON i.repository = r.id AND i.kind = 'issues'
    LEFT JOIN watched_lists AS p ON p.repository = r.id AND p.kind = 'pull_requests'
    CROSS JOIN comments AS c ON c.repository = r.id AND c.created_at >= (SELECT since FROM scope)
    LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = c.id
    LEFT JOIN insiders AS s ON s.project = r.project AND s.account = coalesce(h.author, c.author)
     AND s.since <= c.created_at
    -- Who deleted a comment on a discussion is not known: it may have been its author.
    WHERE coalesce(h.author, c.author) IS NOT NULL AND s.account IS NULL AND c.subject_type <> 'Discussion'
), seen AS (
    SELECT o.*, l.seen_at,
           CASE WHEN o.gone_at <= (SELECT until FROM scope) THEN 'vanished'
                WHEN l.seen_at <= (SELECT until FROM scope) THEN 'arrived_late' END AS found
    FROM objects AS o
    LEFT JOIN late_arrivals AS l ON l."table" = o.kind AND l.key = CAST(o.id AS TEXT)
    WHERE o.first_seen_at <= (SELECT until FROM scope)
      AND o.dated >= (SELECT since FROM scope) AND o.dated < (SELECT ending FROM scope)
), judged AS (
    SELECT s.*,
           CASE WHEN b.account IS NOT NULL THEN 'by_bot'
                WHEN NOT coalesce(s.long_enough, 0) THEN 'not_watched_for_a_week'
                -- Who was old enough when the window began was so ever since.
                WHEN NOT coalesce(a.created_at <= (SELECT old_since FROM scope), 0)
                     AND EXISTS (SELECT 1 FROM account_ages AS g WHERE g.account = s.author AND g.since > s.dated)
                    THEN (SELECT reason FROM account_ages AS g WHERE g.account = s.author)
                WHEN a.gone_at <= (SELECT until FROM scope) THEN 'account_gone'
                WHEN s.found = 'vanished' AND NOT s.is_on THEN 'switched_off'
                WHEN s.found IS NULL THEN NULL
                WHEN s.kind = 'issues' THEN (
                    SELECT CASE
                        WHEN i.moved_to IS NOT NULL OR (s.project, i.id) IN (SELECT project, former FROM moved_issues) OR EXISTS (
                            SELECT 1 FROM events AS e
                            WHERE e.subject = i.id AND e.subject_type = 'Issue' AND e.type = 'TransferredEvent'
                        ) THEN 'transferred' END
                    FROM issues AS i WHERE i.id = s.id
                )
                WHEN s.kind = 'releases' THEN (
                    SELECT CASE WHEN n.at > l.published_at THEN 'made_anew'
                                WHEN (s.project, l.id) IN (SELECT project, release FROM withdrawn) THEN 'withdrawn' END
                    FROM releases AS l LEFT JOIN newest AS n ON n.repository = l.repository AND n.tag_name = l.tag_name
                    WHERE l.id = s.id
                )
                WHEN s.kind = 'comments' THEN (
                    SELECT CASE
                        WHEN i.moved_to IS NOT NULL OR (s.project, i.id) IN (SELECT project, former FROM moved_issues)
                            THEN 'transferred'
                        WHEN coalesce(i.gone_at, p.gone_at) <= (SELECT until FROM scope) AND (
                            SELECT gone_at FROM accounts WHERE id = coalesce(i.author, p.author)
                        ) <= (SELECT until FROM scope) THEN 'thread_of_account_gone'
                        WHEN EXISTS (
                            SELECT 1 FROM events AS e
                            WHERE e.subject = c.subject AND e.subject_type = c.subject_type AND e.type = 'CommentDeletedEvent'
                              AND e.actor = s.author AND e.created_at <= c.gone_at
                              AND e.created_at > (
                                  SELECT max(k.at) FROM looks AS k
                                  WHERE k.repository = c.repository AND k.at < c.gone_at
                                    AND k.kind = CASE c.subject_type WHEN 'Issue' THEN 'issues' ELSE 'pull_requests' END
                              )
                        ) THEN 'deleted_by_its_author' END
                    FROM comments AS c
                    LEFT JOIN issues AS i ON i.id = c.subject AND c.subject_type = 'Issue'
                    LEFT JOIN pull_requests AS p ON p.id = c.subject AND c.subject_type = 'PullRequest'
                    WHERE c.id = s.id
                ) END AS reason
    FROM seen AS s
    LEFT JOIN machines AS b ON b.account = s.author AND b.since <= s.dated
    LEFT JOIN accounts AS a ON a.id = s.author
    LIMIT -1  -- materialises the rows, so that each is judged once
), of_tags AS (
    -- The key is the repository's id and the tag's name. '0' is the character after '/'.
    SELECT r.id AS repository, substr(c.key, instr(c.key, '/') + 1) AS tag_name, c."column", c.old, c.new, c.seen_at AS at
    FROM (SELECT DISTINCT id FROM tracked_repositories) AS r
    CROSS JOIN changes AS c ON c."table" = 'tags' AND c.key >= r.id || '/' AND c.key < r.id || '0'
), of_releases AS (
    SELECT l.repository, l.tag_name, c."column", c.old, c.new, c.seen_at AS at
    FROM releases AS l CROSS JOIN changes AS c ON c."table" = 'releases' AND c.key = CAST(l.id AS TEXT)
    WHERE l.repository IN (SELECT id FROM tracked_repositories)
), moved AS (
    SELECT repository, tag_name, old, new, at FROM of_tags WHERE "column" = 'oid'
    UNION ALL
    SELECT repository, tag_name, old, new, at FROM of_releases WHERE "column" = 'tag_oid'
), changed AS (
    SELECT m.repository, m.tag_name, 'tag_moved' AS charge, m.at
    FROM moved AS m
    WHERE NOT EXISTS (
        SELECT 1 FROM commits AS o JOIN commits AS n ON n.repository = o.repository AND n.oid = m.new
        WHERE o.repository = m.repository AND o.oid = m.old AND o.gone_at <= (SELECT until FROM scope)
          AND n.headline = o.headline AND n.authored_at = o.authored_at
          AND n.additions IS o.additions AND n.deletions IS o.deletions
    )
    UNION ALL
    SELECT repository, name, 'tag_vanished', gone_at FROM tags
    WHERE repository IN (SELECT id FROM tracked_repositories) AND gone_at IS NOT NULL
    UNION ALL
    SELECT repository, tag_name, 'tag_vanished', old FROM of_tags WHERE "column" = 'gone_at' AND old IS NOT NULL
    UNION ALL
    SELECT repository, tag_name, 'republished', at FROM of_releases WHERE "column" = 'published_at'
    UNION ALL
    -- Deleted and published again: a later release has the same tag.
    SELECT l.repository, l.tag_name, 'republished', l.gone_at FROM releases AS l
    CROSS JOIN newest AS n ON n.repository = l.repository AND n.tag_name = l.tag_name AND n.at > l.published_at
    WHERE l.repository IN (SELECT id FROM tracked_repositories) AND l.gone_at IS NOT NULL
), versions AS (
    SELECT v.project, v.repository, v.version, min(v.tag_name) AS tag_name, min(v.published_at) AS published_at
    FROM tracked_repositories AS r
    CROSS JOIN release_versions AS v ON v.project = r.project AND v.repository = r.id
    WHERE v.version IS NOT NULL AND v.exclusion IS NOT 'moving_tag' AND v.published_at <> ''
    GROUP BY v.project, v.repository, v.version
), charged AS (
    SELECT v.project, v.repository, v.version, min(c.charge) AS charge, min(c.at) AS at
    FROM tracked_repositories AS r
    CROSS JOIN changed AS c ON c.repository = r.id
    CROSS JOIN release_versions AS n ON n.project = r.project AND n.repository = r.id AND n.tag_name = c.tag_name
    JOIN versions AS v ON v.project = n.project AND v.repository = n.repository AND v.version = n.version
    WHERE c.at >= (SELECT since FROM scope) AND c.at <= (SELECT until FROM scope)
    GROUP BY v.project, v.repository, v.version
), listed AS (
    SELECT project, full_name, reason, kind, number, CASE WHEN reason IS NULL THEN found END AS charge, dated,
           CASE found WHEN 'vanished' THEN gone_at WHEN 'arrived_late' THEN seen_at END AS at, author, id,
           NULL AS tag_name
    FROM judged
    UNION ALL
    SELECT project, repository, NULL, 'work', NULL, CASE WHEN altered_at <= (SELECT until FROM scope) THEN 'altered' END,
           day, altered_at, coalesce(weeks_only, person), work, NULL
    FROM landed_work WHERE reason IS NULL
    UNION ALL
    SELECT r.project, r.full_name, CASE WHEN y.version IS NOT NULL THEN 'withdrawn' END, 'version', NULL,
           CASE WHEN y.version IS NULL THEN c.charge END, v.published_at, c.at, NULL, NULL, v.tag_name
    FROM versions AS v
    JOIN tracked_repositories AS r ON r.project = v.project AND r.id = v.repository
    LEFT JOIN charged AS c ON c.project = v.project AND c.repository = v.repository AND c.version = v.version
    LEFT JOIN withdrawn AS y ON y.project = v.project AND y.repository = v.repository AND y.version = v.version
    WHERE c.charge IS NOT NULL
       OR (v.published_at >= (SELECT since FROM scope) AND v.published_at < (SELECT ending FROM scope))
)
SELECT l.project, l.full_name AS repository, CAST(l.reason IS NULL AS INTEGER) AS counted, l.reason,
       CASE l.kind WHEN 'work' THEN (SELECT url FROM work_links AS k WHERE k.work = l.id)
            ELSE (SELECT url FROM github_website) || l.full_name || CASE l.kind
                WHEN 'issues' THEN '/issues/' || l.number
                WHEN 'pull_requests' THEN '/pull/' || l.number
                WHEN 'releases' THEN '/releases/tag/' || (SELECT tag_name FROM releases WHERE releases.id = l.id)
                WHEN 'version' THEN '/tree/' || l.tag_name
                ELSE (
                    SELECT CASE c.subject_type WHEN 'Issue' THEN '/issues/' ELSE '/pull/' END
                           || coalesce(i.number, p.number) || '#issuecomment-' || c.id
                    FROM comments AS c
                    LEFT JOIN issues AS i ON i.id = c.subject AND c.subject_type = 'Issue'
                    LEFT JOIN pull_requests AS p ON p.id = c.subject AND c.subject_type = 'PullRequest'
                    WHERE c.id = l.id
                ) END END AS url,
       l.kind, l.number, l.charge, l.dated, l.at, l.author
FROM listed AS l
