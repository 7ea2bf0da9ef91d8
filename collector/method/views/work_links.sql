-- Where each pull request, push or signed commit that landed can be seen on GitHub.
SELECT w.id AS work,
       CASE
           WHEN w.pull_request IS NOT NULL THEN 'https://github.com/' || r.full_name || '/pull/' || p.number
           -- Not only zeros (`is_null` in collector/derive/history.py): the branch existed before the push.
           WHEN w.push IS NOT NULL AND u.before_oid GLOB '*[1-9a-f]*'
               THEN 'https://github.com/' || r.full_name || '/compare/' || u.before_oid || '...' || u.after_oid
           WHEN w.push IS NOT NULL THEN 'https://github.com/' || r.full_name || '/commits/' || u.after_oid
           ELSE 'https://github.com/' || r.full_name || '/commit/' || w.oid
       END AS url
FROM work AS w
JOIN repositories AS r ON r.id = w.repository
LEFT JOIN pull_requests AS p ON p.id = w.pull_request
LEFT JOIN pushes AS u ON u.id = w.push
