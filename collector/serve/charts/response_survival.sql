-- Outsiders' issues still without an answer
-- Kaplan-Meier estimate by full days since opening, with one vote per account; only projects with enough issues.
WITH RECURSIVE known AS (
    SELECT project FROM latest_signals WHERE signal = 'first_response_7d' AND status = 'ok' {chosen project}
), waited AS (
    -- An answer within a day's length is one of day 1.
    SELECT e.project, e.answered, CAST(e.days AS INTEGER) + (e.days > CAST(e.days AS INTEGER)) AS day,
           1.0 / count(*) OVER (PARTITION BY e.project, e.author) AS weight
    FROM evidence_first_response_7d AS e
    WHERE e.counted AND e.project IN (SELECT project FROM known)
), days AS (
    SELECT 0 AS day UNION ALL SELECT day + 1 FROM days WHERE day < 60
), steps AS (
    -- LIMIT -1 has it worked out once, also by a SQLite before 3.35, which does not know MATERIALIZED.
    SELECT k.project, d.day, coalesce(sum(w.weight) FILTER (WHERE w.answered AND w.day = d.day), 0) AS answered,
           coalesce(sum(w.weight), 0) AS at_risk
    FROM known AS k JOIN days AS d LEFT JOIN waited AS w ON w.project = k.project AND w.day >= d.day
    GROUP BY k.project, d.day LIMIT -1
), curve AS (
    SELECT project, 0 AS day, 1.0 - answered / at_risk AS waiting FROM steps WHERE day = 0
    UNION ALL
    SELECT c.project, s.day, c.waiting * (1 - iif(s.at_risk > 0, s.answered / s.at_risk, 0))
    FROM curve AS c JOIN steps AS s ON s.project = c.project AND s.day = c.day + 1
)
SELECT p.name AS project, c.day, round(max(c.waiting, 0), 4) AS waiting, NULL AS note
FROM curve AS c JOIN projects AS p ON p.slug = c.project
UNION ALL
SELECT NULL, NULL, NULL, 'Unknown: too few issues' WHERE NOT EXISTS (SELECT 1 FROM known)
ORDER BY project, day
