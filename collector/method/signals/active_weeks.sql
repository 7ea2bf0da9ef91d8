-- In how many weeks did people land real change? Every piece of landed work counts that belongs to a substantive
-- author-day, also the work that counts for no person: a week is active whoever worked in it.
SELECT project, repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       url, day, lines, day_lines, person, weeks_only, tier,
       day_reviewed AS reviewed
FROM landed_work
