-- A signal over time
-- `collect signals --history` computes past dates; nightly syncs add one a night.
-- :project  a project's slug; all when empty
-- :signal  a signal's key; all when empty
SELECT project, signal, as_of, status, round(value, 3) AS value, round(low, 3) AS low, round(high, 3) AS high, unit, n,
       round(score, 3) AS score
FROM signal_history
WHERE (:project = '' OR project = :project) AND (:signal = '' OR signal = :signal)
ORDER BY project, signal, as_of DESC
