-- Where each pull request, push or signed commit that landed can be seen on GitHub.
SELECT w.id AS work,
       (SELECT url FROM github_website) || r.full_name || CASE
           WHEN w.pull_request IS NOT NULL THEN '/pull/' || p.number
           -- Not only zeros (`is_null` in collector/derive/history.py): the branch existed before the push.
           WHEN w.push IS NOT NULL AND u.before_oid GLOB '*[1-9a-f]*'
               THEN '/compare/' || u.before_oid || '...' || u.after_oid
           WHEN w.push IS NOT NULL THEN '/commits/' || u.after_oid
           ELSE '/commit/' || w.oid
       END AS url
FROM work AS w
JOIN repositories AS r ON r.id = w.repository
LEFT JOIN pull_requests AS p ON p.id = w.pull_request
LEFT JOIN pushes AS u ON u.id = w.push
