-- Releases of each month
-- Releases that count, in the year before the date of the views: each a version of its own with new work in it.
SELECT p.name AS project, substr(c.published_at, 1, 7) AS month, count(*) AS releases
FROM counted_releases AS c JOIN projects AS p ON p.slug = c.project
WHERE c.reason IS NULL {chosen p.slug} [[AND c.published_at < :date]]
  [[AND c.published_at >= date((SELECT as_of FROM as_of), '-' || :period)]]
GROUP BY p.slug, month
ORDER BY month, p.name
