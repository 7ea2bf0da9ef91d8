-- The scores of families and overall, and the letters of projects within a category, of each computed date.
CREATE TABLE scores (
    project TEXT NOT NULL REFERENCES projects (slug),
    as_of TEXT NOT NULL,
    family TEXT NOT NULL,             -- a family of signals, or overall
    score REAL,
    score_low REAL,
    score_high REAL,
    known INTEGER NOT NULL,           -- signals of the family that have a score; overall: families that have one
    asked INTEGER NOT NULL,           -- of so many
    little INTEGER NOT NULL,          -- too little public work: reports show "little" in place of a low number
    method_version TEXT NOT NULL,
    PRIMARY KEY (project, family, as_of)
) STRICT;
CREATE INDEX scores_as_of ON scores (as_of);

CREATE TABLE score_letters (
    category TEXT NOT NULL,
    family TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES projects (slug),
    as_of TEXT NOT NULL,
    letters TEXT NOT NULL,
    PRIMARY KEY (category, family, project, as_of)
) STRICT;
CREATE INDEX score_letters_as_of ON score_letters (as_of);
CREATE INDEX signals_as_of ON signals (as_of);

CREATE VIEW latest_scores AS
SELECT * FROM scores WHERE as_of = (SELECT max(as_of) FROM scores);

-- One column for each family, to sort by. The two columns of JSON stay for those who read them.
DROP VIEW scorecard;
CREATE VIEW scorecard AS
SELECT p.slug AS project, p.name, p.category, s.as_of, f.state,
       round(max(c.score) FILTER (WHERE c.family = 'overall'), 3) AS overall,
       round(max(c.score_low) FILTER (WHERE c.family = 'overall'), 3) AS overall_low,
       round(max(c.score_high) FILTER (WHERE c.family = 'overall'), 3) AS overall_high,
       (SELECT letters FROM score_letters
        WHERE category = p.category AND family = 'overall' AND project = p.slug AND as_of = s.as_of) AS letters,
       round(max(c.score) FILTER (WHERE c.family = 'release cadence' AND NOT c.little), 3) AS release_cadence,
       round(max(c.score) FILTER (WHERE c.family = 'commit frequency' AND NOT c.little), 3) AS commit_frequency,
       round(max(c.score) FILTER (WHERE c.family = 'issue responsiveness'), 3) AS issue_responsiveness,
       round(max(c.score) FILTER (WHERE c.family = 'review'), 3) AS review,
       round(max(c.score) FILTER (WHERE c.family = 'contributors'), 3) AS contributors,
       round(max(c.score) FILTER (WHERE c.family = 'docs'), 3) AS docs,
       round(max(c.score) FILTER (WHERE c.family = 'failures'), 3) AS failures,
       round(max(c.score) FILTER (WHERE c.family = 'rules'), 3) AS rules,
       round(max(c.score) FILTER (WHERE c.family = 'builders'), 3) AS builders,
       round(max(c.score) FILTER (WHERE c.family = 'integrity'), 3) AS integrity,
       substr(f.last_release, 1, 10) AS last_release, substr(f.last_change, 1, 10) AS last_change,
       s.signals_ok, s.signals_asked, s.scores, s.statuses
FROM (
    SELECT project, as_of, count(*) FILTER (WHERE status = 'ok') AS signals_ok, count(*) AS signals_asked,
           json_group_object(signal, CASE status WHEN 'ok' THEN round(score, 3) END) AS scores,
           json_group_object(signal, status) AS statuses
    FROM latest_signals GROUP BY project, as_of
) AS s
JOIN projects AS p ON p.slug = s.project
LEFT JOIN project_facts AS f ON f.project = s.project AND f.as_of = s.as_of
LEFT JOIN scores AS c ON c.project = s.project AND c.as_of = s.as_of
GROUP BY p.slug, s.as_of;

-- Each signal of each date beside that of the computed date nearest to a year (52 weeks) before, at most ten days off:
-- series are of Mondays or firsts of the month, syncs of any day. Only figures of one method are compared.
CREATE VIEW year_on_year AS
SELECT n.project, n.signal, n.as_of, n.as_of_before, n.unit, n.status, b.status AS status_before,
       n.value, b.value AS value_before, n.low, n.high, b.low AS low_before, b.high AS high_before,
       n.score, b.score AS score_before,
       CASE WHEN n.value > b.high THEN 'up' WHEN n.value < b.low THEN 'down'
            WHEN n.value IS NOT NULL AND b.value IS NOT NULL THEN 'within' END AS change
FROM (
    SELECT s.*, (
        -- Of the days off, as two digits, and the date the least: the nearest, of two the earlier.
        SELECT substr(min(substr('0' || CAST(abs(julianday(t.as_of) - julianday(s.as_of) + 364) AS INTEGER), -2)
                          || t.as_of), 3)
        FROM signals AS t
        WHERE t.project = s.project AND t.signal = s.signal AND t.method_version = s.method_version
          AND t.as_of BETWEEN date(s.as_of, '-374 days') AND date(s.as_of, '-354 days')
    ) AS as_of_before
    FROM signals AS s
) AS n
LEFT JOIN signals AS b ON b.project = n.project AND b.signal = n.signal AND b.as_of = n.as_of_before;

CREATE VIEW scores_year_on_year AS
SELECT n.project, n.family, n.as_of, n.as_of_before, n.score, b.score AS score_before,
       n.score_low, n.score_high, b.score_low AS score_low_before, b.score_high AS score_high_before, n.known, n.asked,
       CASE WHEN n.score > b.score_high THEN 'up' WHEN n.score < b.score_low THEN 'down'
            WHEN n.score IS NOT NULL AND b.score IS NOT NULL THEN 'within' END AS change
FROM (
    SELECT s.*, (
        -- Of the days off, as two digits, and the date the least: the nearest, of two the earlier.
        SELECT substr(min(substr('0' || CAST(abs(julianday(t.as_of) - julianday(s.as_of) + 364) AS INTEGER), -2)
                          || t.as_of), 3)
        FROM scores AS t
        WHERE t.project = s.project AND t.family = s.family AND t.method_version = s.method_version
          AND t.as_of BETWEEN date(s.as_of, '-374 days') AND date(s.as_of, '-354 days')
    ) AS as_of_before
    FROM scores AS s
) AS n
LEFT JOIN scores AS b ON b.project = n.project AND b.family = n.family AND b.as_of = n.as_of_before;

-- The facts with what their tables refer to: the project and name of the repository, the logins, the page on GitHub.
CREATE VIEW project_issues AS
SELECT r.project, r.full_name AS repository_name, i.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/issues/' || i.number AS url
FROM issues AS i JOIN repositories AS r ON r.id = i.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = i.author;

CREATE VIEW project_pull_requests AS
SELECT r.project, r.full_name AS repository_name, p.*, a.login AS author_login, m.login AS merged_by_login,
       'https://github.com/' || r.full_name || '/pull/' || p.number AS url
FROM pull_requests AS p
JOIN repositories AS r ON r.id = p.repository AND r.tracked
LEFT JOIN accounts AS a ON a.id = p.author LEFT JOIN accounts AS m ON m.id = p.merged_by;

CREATE VIEW project_discussions AS
SELECT r.project, r.full_name AS repository_name, d.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/discussions/' || d.number AS url
FROM discussions AS d
JOIN repositories AS r ON r.id = d.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = d.author;

CREATE VIEW project_comments AS
SELECT r.project, r.full_name AS repository_name, c.*, a.login AS author_login,
       coalesce(i.number, p.number, d.number) AS number
FROM comments AS c
JOIN repositories AS r ON r.id = c.repository AND r.tracked
LEFT JOIN accounts AS a ON a.id = c.author
LEFT JOIN issues AS i ON i.id = c.subject AND c.subject_type = 'Issue'
LEFT JOIN pull_requests AS p ON p.id = c.subject AND c.subject_type = 'PullRequest'
LEFT JOIN discussions AS d ON d.id = c.subject AND c.subject_type = 'Discussion';

CREATE VIEW project_reviews AS
SELECT r.project, r.full_name AS repository_name, v.*, a.login AS author_login, p.number,
       'https://github.com/' || r.full_name || '/pull/' || p.number AS url
FROM reviews AS v
JOIN pull_requests AS p ON p.id = v.pull_request
JOIN repositories AS r ON r.id = p.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = v.author;

CREATE VIEW project_events AS
SELECT r.project, r.full_name AS repository_name, e.*, a.login AS actor_login
FROM events AS e
JOIN repositories AS r ON r.id = e.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = e.actor;

CREATE VIEW project_releases AS
SELECT r.project, r.full_name AS repository_name, l.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/releases/tag/' || l.tag_name AS url
FROM releases AS l
JOIN repositories AS r ON r.id = l.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = l.author;

CREATE VIEW project_tags AS
SELECT r.project, r.full_name AS repository_name, t.*, 'https://github.com/' || r.full_name || '/tree/' || t.name AS url
FROM tags AS t JOIN repositories AS r ON r.id = t.repository AND r.tracked;

CREATE VIEW project_commits AS
SELECT r.project, r.full_name AS repository_name, c.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/commit/' || c.oid AS url
FROM commits AS c
JOIN repositories AS r ON r.id = c.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = c.author;

CREATE VIEW project_pushes AS
SELECT r.project, r.full_name AS repository_name, p.*, a.login AS actor_login
FROM pushes AS p
JOIN repositories AS r ON r.id = p.repository AND r.tracked LEFT JOIN accounts AS a ON a.id = p.actor;

CREATE VIEW project_advisories AS
SELECT r.project, r.full_name AS repository_name, v.*,
       'https://github.com/' || r.full_name || '/security/advisories/' || v.ghsa_id AS url
FROM advisories AS v JOIN repositories AS r ON r.id = v.repository AND r.tracked;
