-- Does a second human look before code lands? The landed work of people; an author-day is reviewed when at least
-- `reviewed_percent` of its lines landed by pull requests that another human insider reviewed before the merge. A
-- direct push is not reviewed.
SELECT project, repository, reason IS NULL AS counted, reason, url, day, lines, day_lines, day_reviewed_lines, person,
       day_reviewed AS reviewed
FROM people_work
