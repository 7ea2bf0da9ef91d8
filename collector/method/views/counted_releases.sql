-- The releases published from the window's start to the date, and the version tags without a release, and whether they
-- count.
SELECT * FROM judged_releases WHERE published_at >= (SELECT window_start FROM as_of)
