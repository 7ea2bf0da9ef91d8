-- Releases, and the recent work that each holds
-- Every release, and version tag without one, of the year before the date of the views, newest first: what it holds of
-- the ninety days before it, and why it does not count, if so.
-- :project  a project's slug; all when empty
SELECT c.project, c.repository, c.tag_name, c.published_at, coalesce(c.reason, 'counted') AS verdict, c.flag,
       count(rw.release_key) AS pieces_of_work, sum(rw.lines) AS lines, count(DISTINCT rw.person) AS people,
       c.author_days,
       c.newest_work, c.url
FROM counted_releases AS c
LEFT JOIN release_work AS rw ON rw.release_key = c.release_key AND rw.project = c.project
WHERE :project = '' OR c.project = :project
GROUP BY c.project, c.release_key
ORDER BY c.published_at DESC
