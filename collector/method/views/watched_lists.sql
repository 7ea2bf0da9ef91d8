-- The lists of each tracked repository that a sync had looked at in full by the date, and whether the first and the last
-- of these looks lie at least `watched_days` apart.
SELECT id AS repository, kind, julianday(last) - julianday(first) >= (SELECT watched_days FROM rules) AS long_enough
FROM (
    SELECT r.id, l.value AS kind,
           (SELECT min(k.at) FROM looks AS k
            WHERE k.repository = r.id AND k.kind = l.value AND k.at <= (SELECT as_of FROM as_of)) AS first,
           (SELECT max(k.at) FROM looks AS k
            WHERE k.repository = r.id AND k.kind = l.value AND k.at <= (SELECT as_of FROM as_of)) AS last
    FROM (SELECT DISTINCT id FROM tracked_repositories) AS r
    CROSS JOIN json_each('["issues", "pull_requests", "releases", "advisories"]') AS l
)
WHERE first IS NOT NULL
