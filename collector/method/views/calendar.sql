-- The days of the two years (`trend_quarters` of `quarter_weeks`) to the window's end, each with the Monday of its ISO
-- week, and its quarter, 0 the oldest.
WITH RECURSIVE days AS (
    SELECT date(window_end, (-7 * quarter_weeks * trend_quarters) || ' days') AS day FROM as_of, rules
    UNION ALL
    SELECT date(day, '+1 day') FROM days WHERE day < (SELECT date(window_end, '-1 day') FROM as_of)
)
SELECT CAST(day AS TEXT) AS day, date(day, 'weekday 0', '-6 days') AS week,
       (SELECT trend_quarters FROM rules) - 1
           - CAST(julianday(date((SELECT window_end FROM as_of))) - julianday(day) - 1 AS INTEGER)
             / (SELECT quarter_weeks * 7 FROM rules) AS quarter
FROM days
LIMIT -1  -- materialises the rows: SQLite then looks them up by day
