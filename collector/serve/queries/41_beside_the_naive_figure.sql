-- Signals, and what a dashboard would show instead
-- The newest value of each signal with its 95 % interval and sample size, and the figure that is easy to fake.
-- :project  a project's slug; all when empty
-- :signal  a signal's key; all when empty
SELECT project, signal, status, reason, round(value, 3) AS value, round(low, 3) AS low, round(high, 3) AS high, unit, n,
       round(score, 3) AS score, naive, companions, as_of
FROM latest_signals
WHERE (:project = '' OR project = :project) AND (:signal = '' OR signal = :signal)
ORDER BY signal, project
