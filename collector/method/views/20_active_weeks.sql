-- In how many weeks did people land real change? Everything that belongs to a substantive author-day counts, also the
-- work of nobody in particular: a week is active whoever worked in it.
CREATE VIEW evidence_active_weeks AS
SELECT project, repository, reason IS NULL AS counted, reason, url, day, lines, day_lines, person, weeks_only, tier,
       day_reviewed_lines * 2 >= day_lines AS reviewed
FROM landed_work;
