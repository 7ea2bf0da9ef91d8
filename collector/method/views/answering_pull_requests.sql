-- Merged pull requests of human insiders, with at least `substantive_lines`, that close an issue. Each answers one
-- issue: the first that its text names, else the first that GitHub's timeline connects; a mention alone does not
-- answer. The time is that of GitHub's own cross-reference, because closing words can be edited into a text long after.
-- A pull request that was not merged by the date answers nothing: its lines are not known, and anybody can open a
-- draft.
-- https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
WITH connected AS (
    SELECT p.id AS pull_request, p.author, p.created_at AS opened_at, e.subject AS issue, s.project,
           e.created_at AS at,
           i.number = p.closes_number AND s.full_name = coalesce(p.closes_repository, t.full_name) COLLATE NOCASE
               AS is_named,
           e.type = 'ConnectedEvent' OR (e.type = 'CrossReferencedEvent' AND coalesce(e.will_close, 0)) AS will_close
    FROM events AS e
    JOIN issues AS i ON i.id = e.subject AND e.subject_type = 'Issue'
    JOIN repositories AS s ON s.id = i.repository AND s.tracked
    JOIN repositories AS t ON t.full_name = e.source_repository COLLATE NOCASE
    JOIN pull_requests AS p ON p.repository = t.id AND p.number = e.source_number
    WHERE e.type IN ('ConnectedEvent', 'CrossReferencedEvent') AND e.created_at < (SELECT as_of FROM as_of)
), first AS (
    SELECT *, row_number() OVER (PARTITION BY pull_request ORDER BY is_named DESC, at, issue) AS place
    FROM connected WHERE coalesce(is_named, 0) OR will_close
)
SELECT f.pull_request, f.issue, f.author, f.opened_at, f.at
FROM first AS f
JOIN pull_requests AS p ON p.id = f.pull_request AND p.merged_at < (SELECT as_of FROM as_of)
JOIN human_insiders AS i ON i.project = f.project AND i.account = f.author AND i.since <= f.at AND f.at < i.until
LEFT JOIN counted_pull_requests AS c ON c.pull_request = f.pull_request
WHERE f.place = 1 AND coalesce(c.lines, p.additions + p.deletions) >= (SELECT substantive_lines FROM rules)
