-- In how many weeks of the year did users get new work? The counted releases of the window.
SELECT project, repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       url, tag_name, version, published_at, newest_work,
       author_days, flag
FROM counted_releases
WHERE published_at < (SELECT window_end FROM as_of)
