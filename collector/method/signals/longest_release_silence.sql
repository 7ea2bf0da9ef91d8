-- How long were users left without a release? The counted releases from the window's start to the date.
SELECT project, repository, CAST(reason IS NULL AS INTEGER) AS counted, reason,
       url, tag_name, version, published_at, newest_work,
       author_days, flag
FROM counted_releases
