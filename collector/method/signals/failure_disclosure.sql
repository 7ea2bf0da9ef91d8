-- When something broke, was it explained in public? What went wrong in the window: reverts, hotfixes, advisories and
-- incidents. A hotfix within `hotfix_hours` of a revert or of an incident's closing in its repository is part of that,
-- and what went wrong in one repository on one UTC day is one event, at its earliest moment: its row counts, the others
-- say `same_event`. An event is explained if any of its parts is, from `explained_days_before` before to
-- `explained_days` after that part.
WITH events_of AS (
    SELECT * FROM failures WHERE reason IS NULL
), fixed AS (
    -- What a hotfix may be a fix of, and when.
    SELECT repository, failure, at, at AS moment FROM events_of WHERE kind = 'revert'
    UNION ALL
    SELECT f.repository, f.failure, f.at, e.created_at
    FROM incidents AS i
    CROSS JOIN events_of AS f ON f.failure = 'issue ' || i.id
    CROSS JOIN events AS e ON e.subject = i.id AND e.subject_type = 'Issue' AND e.type = 'ClosedEvent'
    WHERE e.created_at < (SELECT as_of FROM as_of)
), joined AS (
    SELECT h.failure, f.failure AS main,
           row_number() OVER (
               PARTITION BY h.failure
               ORDER BY abs(strftime('%s', h.at) - strftime('%s', f.moment)), f.at, f.failure
           ) AS turn
    FROM events_of AS h
    JOIN fixed AS f ON f.repository = h.repository
     AND abs(strftime('%s', h.at) - strftime('%s', f.moment)) <= (SELECT hotfix_hours * 3600 FROM rules)
    WHERE h.kind = 'hotfix'
), things AS (
    SELECT e.*, min(e.at) OVER (PARTITION BY coalesce(j.main, e.failure)) AS thing_at
    FROM events_of AS e LEFT JOIN joined AS j ON j.failure = e.failure AND j.turn = 1
), explained AS (
    SELECT e.failure, min(x.at) AS at, max(x.characters) AS characters
    FROM events_of AS e
    JOIN explanations AS x ON x.failure = e.failure AND x.at < (SELECT as_of FROM as_of)
     AND x.at >= strftime('%Y-%m-%dT%H:%M:%SZ', e.at, (SELECT '-' || explained_days_before || ' days' FROM rules))
     AND x.at <= strftime('%Y-%m-%dT%H:%M:%SZ', e.at, (SELECT explained_days || ' days' FROM rules))
    GROUP BY e.failure
), ranked AS (
    SELECT t.*, x.at AS explained_at, x.characters,
           min(t.thing_at) OVER (PARTITION BY t.repository, date(t.thing_at)) AS event_at,
           max(x.at IS NOT NULL) OVER (PARTITION BY t.repository, date(t.thing_at)) AS is_explained,
           row_number() OVER (PARTITION BY t.repository, date(t.thing_at) ORDER BY t.at, t.failure) AS place
    FROM things AS t LEFT JOIN explained AS x ON x.failure = t.failure
)
SELECT project, full_name AS repository, place = 1 AS counted, CASE WHEN place > 1 THEN 'same_event' END AS reason, url,
       kind, at AS happened_at, event_at, explained_at, characters, is_explained AS explained
FROM ranked
WHERE event_at >= (SELECT window_start FROM as_of) AND event_at < (SELECT window_end FROM as_of)
UNION ALL
SELECT project, full_name, 0, reason, url, kind, at, NULL, NULL, NULL, NULL
FROM failures
WHERE reason IS NOT NULL AND at >= (SELECT window_start FROM as_of) AND at < (SELECT window_end FROM as_of)
