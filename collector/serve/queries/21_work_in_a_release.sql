-- The work in one release
-- The pull requests, pushes and signed commits of the ninety days before a release that it holds.
-- :project  a project's slug; all when empty
-- :tag  a tag's name; the newest release with work in it when empty
WITH chosen AS (
    SELECT v.project, v.release_key, v.tag_name
    FROM release_versions AS v
    WHERE (:project = '' OR v.project = :project)
      AND CASE WHEN :tag <> '' THEN v.tag_name = :tag
               ELSE EXISTS (SELECT 1 FROM release_work AS x WHERE x.release_key = v.release_key AND x.project = v.project) END
    ORDER BY v.published_at DESC, v.release_key, v.project
    LIMIT CASE WHEN :tag = '' THEN 1 ELSE -1 END
)
SELECT r.full_name AS repository, c.tag_name, rw.landed_at, a.login AS person, rw.lines,
       rw.work IS NULL AS is_on_release_branch_only, p.title AS pull_request,
       (SELECT url FROM github_website) || r.full_name ||
           CASE WHEN p.id IS NOT NULL THEN '/pull/' || p.number ELSE '/commit/' || rw.oid END AS url
FROM chosen AS c
JOIN release_work AS rw ON rw.release_key = c.release_key AND rw.project = c.project
JOIN repositories AS r ON r.id = rw.repository
LEFT JOIN pull_requests AS p ON p.id = rw.pull_request
LEFT JOIN accounts AS a ON a.id = rw.person
ORDER BY rw.landed_at DESC
