-- The substantive author-days (`author_days`) by the date: those with at least `substantive_lines`.
SELECT project, day, person, weeks_only FROM author_days WHERE substantive
