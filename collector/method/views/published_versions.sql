-- Releases and version tags published by the date, and whether each was a pre-release then: by its tag's name, or by GitHub's
-- flag as the last sync by the date saw it. A pre-release that was made a full release since was none yet.
SELECT v.project, v.release_key, v.repository, v.release, v.tag_name, v.version, v.published_at, v.exclusion, v.package, v.number,
       v.next_patch,
       CAST(v.pre_release > 1 OR coalesce(
           (SELECT CAST(c.old AS INTEGER) FROM changes AS c
            WHERE c."table" = 'releases' AND c.key = CAST(v.release AS TEXT) AND c."column" = 'is_prerelease'
              AND c.seen_at > (SELECT as_of FROM as_of)
            ORDER BY c.id LIMIT 1), v.pre_release
       ) AS INTEGER) AS pre_release
FROM tracked_repositories AS r
CROSS JOIN release_versions AS v ON v.project = r.project AND v.repository = r.id
WHERE v.published_at < (SELECT as_of FROM as_of) AND v.published_at <> ''
