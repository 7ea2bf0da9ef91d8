-- The work in one release
-- The pull requests, pushes and signed commits of the ninety days before a release that it holds.
-- :project  a project's slug; all when empty
-- :tag  a tag's name; the newest release with work in it when empty
WITH chosen AS (
    SELECT v.release_key, v.tag_name, r.full_name
    FROM release_versions AS v JOIN repositories AS r ON r.id = v.repository
    WHERE (:project = '' OR r.project = :project)
      AND CASE WHEN :tag <> '' THEN v.tag_name = :tag
               ELSE EXISTS (SELECT 1 FROM release_work AS x WHERE x.release_key = v.release_key) END
    ORDER BY v.published_at DESC, v.release_key
    LIMIT CASE WHEN :tag = '' THEN 1 ELSE -1 END
)
SELECT c.full_name AS repository, c.tag_name, w.landed_at, w.tier, a.login AS person, rw.lines, w.commits, w.exclusion,
       p.title AS pull_request,
       CASE
           WHEN p.id IS NOT NULL THEN 'https://github.com/' || c.full_name || '/pull/' || p.number
           WHEN u.id IS NOT NULL THEN 'https://github.com/' || c.full_name || '/commits/' || u.after_oid
           ELSE 'https://github.com/' || c.full_name || '/commit/' || w.oid
       END AS url
FROM chosen AS c
JOIN release_work AS rw ON rw.release_key = c.release_key
JOIN work AS w ON w.id = rw.work
LEFT JOIN pull_requests AS p ON p.id = w.pull_request
LEFT JOIN pushes AS u ON u.id = w.push
LEFT JOIN accounts AS a ON a.id = w.person
ORDER BY w.landed_at DESC
