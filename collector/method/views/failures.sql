-- What went wrong in public by the date: landed reverts, hotfixes, published security advisories and incidents, each
-- with its moment. An advisory of before the date counts as of it if a sync had seen it by then, or none had looked.
SELECT r.project, r.id AS repository, r.full_name, v.failure, 'revert' AS kind, v.at, v.reason,
       (SELECT url FROM github_website) || r.full_name || CASE
           WHEN p.id IS NULL THEN '/commit/' || v.oid ELSE '/pull/' || p.number END AS url
FROM landed_reverts AS v
JOIN tracked_repositories AS r ON r.project = v.project AND r.id = v.repository
LEFT JOIN pull_requests AS p ON p.id = v.pull_request
UNION ALL
SELECT r.project, r.id, r.full_name, 'release ' || h.release, 'hotfix', h.published_at, NULL,
       (SELECT url FROM github_website) || r.full_name || '/releases/tag/' || l.tag_name
FROM hotfixes AS h
JOIN releases AS l ON l.id = h.release
JOIN tracked_repositories AS r ON r.project = h.project AND r.id = h.repository
UNION ALL
SELECT r.project, r.id, r.full_name, 'advisory ' || r.id || ' ' || a.ghsa_id, 'advisory', a.published_at, NULL,
       (SELECT url FROM github_website) || r.full_name || '/security/advisories/' || a.ghsa_id
FROM tracked_repositories AS r
CROSS JOIN advisories AS a ON a.repository = r.id
WHERE a.published_at < (SELECT as_of FROM as_of)
  AND (a.first_seen_at <= (SELECT as_of FROM as_of) OR NOT EXISTS (
      SELECT 1 FROM watched_lists AS w WHERE w.repository = a.repository AND w.kind = 'advisories'
  ))
UNION ALL
SELECT project, repository, full_name, 'issue ' || id, 'incident', at, NULL,
       (SELECT url FROM github_website) || full_name || '/issues/' || number
FROM incidents
