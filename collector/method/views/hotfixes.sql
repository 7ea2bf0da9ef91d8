-- Hotfixes: releases published by the date, no pre-releases, at most `hotfix_hours` after a counted release of the same
-- repository and package of which they are the next patch. Where these hours are not less than a quarter of the median
-- gap between the package's releases in the window, releases follow each other so fast that this says nothing.
WITH published AS (
    SELECT v.project, v.release_key, v.release, v.repository, v.package, v.number, v.published_at
    FROM published_versions AS v
    WHERE v.release IS NOT NULL AND NOT v.pre_release AND v.number IS NOT NULL
      AND (v.exclusion IS NULL OR v.exclusion = 'no_commit')
), gaps AS (
    SELECT project, repository, package,
           strftime('%s', published_at) - strftime('%s', lag(published_at) OVER (
               PARTITION BY project, repository, package ORDER BY published_at, release_key
           )) AS seconds
    FROM published
    WHERE published_at >= (SELECT window_start FROM as_of) AND published_at < (SELECT window_end FROM as_of)
), ordered AS (
    SELECT *, row_number() OVER (PARTITION BY project, repository, package ORDER BY seconds) AS place,
           count(*) OVER (PARTITION BY project, repository, package) AS gaps
    FROM gaps WHERE seconds IS NOT NULL
), rhythm AS (
    SELECT project, repository, package, avg(seconds) AS median, max(gaps) + 1 AS releases
    -- The middle row, or the two in the middle.
    FROM ordered WHERE place BETWEEN 0.5 * gaps AND 0.5 * gaps + 1 GROUP BY project, repository, package
)
SELECT DISTINCT n.project, n.release, n.repository, n.published_at
FROM judged_releases AS j
JOIN release_versions AS b ON b.release_key = j.release_key AND b.project = j.project
JOIN published AS n ON n.project = b.project AND n.repository = b.repository AND n.package IS b.package AND n.number = b.next_patch
LEFT JOIN rhythm AS h ON h.project = n.project AND h.repository = n.repository AND h.package IS n.package
WHERE j.reason IS NULL AND n.published_at > b.published_at
  AND b.published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', n.published_at, (SELECT '-' || hotfix_hours || ' hours' FROM rules))
  AND (coalesce(h.releases, 0) < (SELECT hotfix_releases FROM rules)
       OR (SELECT hotfix_hours * hotfix_gaps * 3600 FROM rules) < h.median)
