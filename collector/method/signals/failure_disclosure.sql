-- When something broke, was it explained in public? What went wrong in the window: reverts, hotfixes, advisories and
-- incidents. A hotfix within `hotfix_hours` of a revert or of an incident's closing in its repository is part of that,
-- and what went wrong in one repository on one UTC day is one event, at its earliest moment: its row counts, the others
-- say `same_event`. An event is explained if any of its parts is, from `explained_days_before` before to
-- `explained_days` after that part.
WITH failed AS (
    SELECT * FROM failures LIMIT -1  -- materialises the rows, so that they are looked for once
), events_of AS (
    SELECT * FROM failed WHERE reason IS NULL
), fixed AS (
    -- What a hotfix may be a fix of, and when.
    SELECT f.project, f.repository, f.failure, f.at, coalesce(e.created_at, f.at) AS moment
    FROM events_of AS f
    LEFT JOIN events AS e
      ON f.kind = 'incident' AND e.subject = CAST(substr(f.failure, length('issue ') + 1) AS INTEGER)
     AND e.subject_type = 'Issue' AND e.type = 'ClosedEvent' AND e.created_at < (SELECT as_of FROM as_of)
    WHERE f.kind = 'revert' OR e.id IS NOT NULL
), joined AS (
    SELECT h.project, h.failure, f.failure AS main, f.at AS main_at,
           row_number() OVER (
               PARTITION BY h.project, h.failure
               ORDER BY abs(strftime('%s', h.at) - strftime('%s', f.moment)), f.at, f.failure
           ) AS turn
    FROM events_of AS h
    JOIN fixed AS f ON f.project = h.project AND f.repository = h.repository
     AND abs(strftime('%s', h.at) - strftime('%s', f.moment)) <= (SELECT hotfix_hours * 3600 FROM rules)
    WHERE h.kind = 'hotfix'
), things AS (
    -- What is older than the window may belong to it only as the hotfix of something: `main_at` is when that was.
    SELECT e.*, min(min(e.at) OVER (PARTITION BY e.project, coalesce(j.main, e.failure)), coalesce(j.main_at, e.at)) AS thing_at
    FROM events_of AS e LEFT JOIN joined AS j ON j.project = e.project AND j.failure = e.failure AND j.turn = 1
    WHERE e.at >= (SELECT window_start FROM as_of) OR j.main IS NOT NULL
), explained AS (
    SELECT t.*, min(x.at) AS explained_at, max(x.characters) AS characters
    FROM things AS t
    LEFT JOIN explanations AS x
      ON x.project = t.project AND x.failure = t.failure AND x.at < (SELECT as_of FROM as_of)
     AND x.at >= strftime('%Y-%m-%dT%H:%M:%SZ', t.at, (SELECT '-' || explained_days_before || ' days' FROM rules))
     AND x.at <= strftime('%Y-%m-%dT%H:%M:%SZ', t.at, (SELECT explained_days || ' days' FROM rules))
    GROUP BY t.project, t.failure
), ranked AS (
    SELECT *, min(thing_at) OVER (PARTITION BY project, repository, date(thing_at)) AS event_at,
           max(explained_at IS NOT NULL) OVER (PARTITION BY project, repository, date(thing_at)) AS is_explained,
           row_number() OVER (PARTITION BY project, repository, date(thing_at) ORDER BY at, failure) AS place
    FROM explained
)
SELECT project, full_name AS repository, CAST(place = 1 AS INTEGER) AS counted,
       CASE WHEN place > 1 THEN 'same_event' END AS reason, url,
       kind, at AS happened_at, event_at, explained_at, characters, is_explained AS explained
FROM ranked
WHERE event_at >= (SELECT window_start FROM as_of) AND event_at < (SELECT window_end FROM as_of)
UNION ALL
SELECT project, full_name, CAST(0 AS INTEGER), reason, url, kind, at, NULL, NULL, NULL, NULL
FROM failed
WHERE reason IS NOT NULL AND at >= (SELECT window_start FROM as_of) AND at < (SELECT window_end FROM as_of)
