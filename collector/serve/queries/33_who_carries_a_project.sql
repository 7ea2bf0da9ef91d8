-- How much of a project's work a few accounts do
-- Substantive author-days of each person in the year before the date of the views, their share of the project's, and
-- the cumulative share of the most active.
-- :project  a project's slug; all when empty
WITH days AS (
    SELECT DISTINCT project, person, day, week FROM people_work
    WHERE reason IS NULL AND (:project = '' OR project = :project)
), each AS (
    SELECT project, person, count(*) AS author_days, count(DISTINCT week) AS weeks FROM days GROUP BY project, person
)
SELECT e.project, row_number() OVER own AS place, a.login AS person, e.author_days, e.weeks,
       round(100.0 * e.author_days / sum(e.author_days) OVER (PARTITION BY e.project), 1) AS percent,
       round(100.0 * sum(e.author_days) OVER own / sum(e.author_days) OVER (PARTITION BY e.project), 1)
           AS percent_together,
       (SELECT url FROM github_website) || a.login AS url
FROM each AS e LEFT JOIN accounts AS a ON a.id = e.person
WINDOW own AS (PARTITION BY e.project ORDER BY e.author_days DESC, e.person ROWS UNBOUNDED PRECEDING)
ORDER BY e.project, place
