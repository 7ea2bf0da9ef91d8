-- Active weeks of each quarter
-- Weeks of each {QUARTER_WEEKS}-week quarter in which people landed substantive work; quarters count back from the chosen
-- date, or the window's end. A question mark is unknown: no public repository. Empty is before its first repository.
WITH RECURSIVE states (state, place, name) AS (VALUES {states}), quarter AS (
    SELECT (-7 * quarter_weeks) || ' days' AS back FROM rules
), ending AS (
    SELECT coalesce([[min(nullif(:date, ''), date(window_end)),]] NULL, date(window_end)) AS day FROM as_of
), quarters AS (
    SELECT 0 AS before, date(day, back) AS begin, day AS end FROM ending, quarter
    UNION ALL
    SELECT before + 1, date(begin, back), begin FROM quarters, quarter WHERE before < 15
), known AS (
    SELECT q.begin, q.end FROM quarters AS q WHERE q.begin >= (SELECT min(day) FROM work)
    [[AND q.begin >= date((SELECT day FROM ending), '-1 day', '-' || :period)]]
), weeks AS (
    SELECT DISTINCT project, date(day, 'weekday 0', '-6 days') AS week FROM author_days WHERE substantive
), begun AS (
    SELECT b.project, min(r.created_at) AS at
    FROM project_repositories AS b JOIN repositories AS r ON r.id = b.repository WHERE b.tracked GROUP BY b.project
)
SELECT p.name AS project, p.category, row_number() OVER (ORDER BY coalesce(t.place, 0), p.category, lower(p.name)) AS place,
       k.begin AS quarter, CASE WHEN b.at IS NOT NULL THEN count(w.week) END AS weeks
FROM projects AS p
LEFT JOIN begun AS b ON b.project = p.slug
JOIN known AS k ON k.begin >= coalesce(b.at, '')
LEFT JOIN project_facts AS a ON a.project = p.slug AND a.as_of = (SELECT max(as_of) FROM project_facts)
LEFT JOIN states AS t ON t.state = a.state
LEFT JOIN weeks AS w ON w.project = p.slug AND w.week >= k.begin AND w.week < k.end
WHERE p.tracked {chosen p.slug}
GROUP BY p.slug, k.begin
ORDER BY place, quarter
