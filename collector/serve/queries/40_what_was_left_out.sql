-- What was left out, and why
-- How many rows each signal looked at and did not count, by reason. The rows themselves are in the table
-- evidence_SIGNAL, and `collect explain PROJECT SIGNAL` lists them.
-- :project  a project's slug; all when empty
-- :signal  a signal's key; all when empty
SELECT s.project, s.signal, x.key AS reason, x.value AS rows_left_out, s.as_of
FROM latest_signals AS s, json_each(s.excluded) AS x
WHERE (:project = '' OR s.project = :project) AND (:signal = '' OR s.signal = :signal)
ORDER BY x.value DESC
