-- Does a second human look before code lands? The landed work of people; an author-day is reviewed when at least half of its
-- lines landed by pull requests that another human insider reviewed before the merge. A direct push is not reviewed.
CREATE VIEW evidence_independent_review AS
SELECT project, repository, reason IS NULL AS counted, reason, url, day, lines, day_lines, day_reviewed_lines, person,
       day_reviewed_lines * 2 >= day_lines AS reviewed
FROM people_work;
