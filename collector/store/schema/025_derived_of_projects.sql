-- What is derived from the facts of a repository can differ between the projects that it belongs to: what is a copy, or a
-- push to a fork, who is an insider, which paths hold rules. Each derived row says of which project it is.
-- A table without rowid begins with its key (see 021_less_space.sql).

CREATE TABLE former_landings AS SELECT * FROM landings;
DROP TABLE landings;
CREATE TABLE landings (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    landed_at TEXT NOT NULL,
    reached_at TEXT NOT NULL,         -- when it was first reachable from the default branch
    tier TEXT NOT NULL,               -- T1 server time | T2 verified by GitHub at | T3 the client's own date
    landed_by TEXT NOT NULL,          -- pull_request | push | signature | verification | contained_by | committer_date
    pull_request INTEGER REFERENCES pull_requests (id),
    push INTEGER REFERENCES pushes (id),
    person INTEGER REFERENCES accounts (id),
    exclusion TEXT,                   -- why it does not count as work: merge, copy, bulk, ...; NULL: it counts
    copy_of TEXT,                     -- owner/name@oid
    left_at TEXT,                     -- when a force push dropped it; NULL: it is still there
    project TEXT NOT NULL REFERENCES projects (slug),
    PRIMARY KEY (repository, oid, project)
) STRICT;
CREATE INDEX landings_landed_at ON landings (landed_at);
CREATE INDEX landings_pull_request ON landings (pull_request);
CREATE INDEX landings_push ON landings (push);
INSERT INTO landings (project, repository, oid, landed_at, reached_at, tier, landed_by, pull_request, push,
                      person, exclusion, copy_of, left_at)
SELECT r.project, f.repository, f.oid, f.landed_at, f.reached_at, f.tier, f.landed_by, f.pull_request, f.push,
       f.person, f.exclusion, f.copy_of, f.left_at
FROM former_landings AS f JOIN repositories AS r ON r.id = f.repository;
DROP TABLE former_landings;

CREATE TABLE former_reverts AS SELECT * FROM reverts;
DROP TABLE reverts;
CREATE TABLE reverts (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    pull_request INTEGER REFERENCES pull_requests (id),
    oid TEXT,
    of_revert INTEGER NOT NULL,       -- whether it says that it reverts a revert
    project TEXT NOT NULL REFERENCES projects (slug)
) STRICT;
CREATE INDEX reverts_pull_request ON reverts (pull_request);
CREATE INDEX reverts_repository ON reverts (project, repository, oid);
INSERT INTO reverts (project, repository, pull_request, oid, of_revert)
SELECT r.project, f.repository, f.pull_request, f.oid, f.of_revert
FROM former_reverts AS f JOIN repositories AS r ON r.id = f.repository;
DROP TABLE former_reverts;

CREATE TABLE former_last_changes AS SELECT * FROM last_changes;
DROP TABLE last_changes;
CREATE TABLE last_changes (
    project TEXT NOT NULL REFERENCES projects (slug),
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    changed_at TEXT NOT NULL,
    change TEXT NOT NULL,             -- opened | ready | push | force_push | commit
    PRIMARY KEY (project, pull_request)
) STRICT, WITHOUT ROWID;
INSERT INTO last_changes (project, pull_request, changed_at, change)
SELECT r.project, f.pull_request, f.changed_at, f.change
FROM former_last_changes AS f JOIN pull_requests AS p ON p.id = f.pull_request
JOIN repositories AS r ON r.id = p.repository;
DROP TABLE former_last_changes;

CREATE TABLE former_counted_pull_requests AS SELECT * FROM counted_pull_requests;
DROP TABLE counted_pull_requests;
CREATE TABLE counted_pull_requests (
    project TEXT NOT NULL REFERENCES projects (slug),
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    lines INTEGER NOT NULL,
    PRIMARY KEY (project, pull_request)
) STRICT, WITHOUT ROWID;
INSERT INTO counted_pull_requests (project, pull_request, lines)
SELECT r.project, f.pull_request, f.lines
FROM former_counted_pull_requests AS f JOIN pull_requests AS p ON p.id = f.pull_request
JOIN repositories AS r ON r.id = p.repository;
DROP TABLE former_counted_pull_requests;

CREATE TABLE former_answer_marks AS SELECT * FROM answer_marks;
DROP TABLE answer_marks;
CREATE TABLE answer_marks (
    discussion INTEGER NOT NULL REFERENCES discussions (id),
    comment INTEGER,
    chosen_at TEXT NOT NULL,
    account INTEGER REFERENCES accounts (id),
    project TEXT NOT NULL REFERENCES projects (slug),
    PRIMARY KEY (project, discussion, chosen_at)
) STRICT;
INSERT INTO answer_marks (project, discussion, comment, chosen_at, account)
SELECT r.project, f.discussion, f.comment, f.chosen_at, f.account
FROM former_answer_marks AS f JOIN discussions AS d ON d.id = f.discussion JOIN repositories AS r ON r.id = d.repository;
DROP TABLE former_answer_marks;

CREATE TABLE former_imported_threads AS SELECT * FROM imported_threads;
DROP TABLE imported_threads;
CREATE TABLE imported_threads (
    subject_type TEXT NOT NULL,
    subject INTEGER NOT NULL,
    reason TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES projects (slug),
    PRIMARY KEY (project, subject_type, subject)
) STRICT;
INSERT INTO imported_threads (project, subject_type, subject, reason)
SELECT r.project, f.subject_type, f.subject, f.reason
FROM former_imported_threads AS f LEFT JOIN issues AS i ON i.id = f.subject AND f.subject_type = 'Issue'
LEFT JOIN pull_requests AS p ON p.id = f.subject AND f.subject_type = 'PullRequest'
LEFT JOIN discussions AS d ON d.id = f.subject AND f.subject_type = 'Discussion'
JOIN repositories AS r ON r.id = coalesce(i.repository, p.repository, d.repository);
DROP TABLE former_imported_threads;

-- A project's merges of pull requests of bots.
CREATE TABLE former_bot_merges AS SELECT * FROM bot_merges;
DROP TABLE bot_merges;
CREATE TABLE bot_merges (
    project TEXT NOT NULL REFERENCES projects (slug),
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    person INTEGER NOT NULL REFERENCES accounts (id),
    landed_at TEXT NOT NULL,
    reached_at TEXT NOT NULL,
    lines INTEGER NOT NULL,
    PRIMARY KEY (project, pull_request)
) STRICT, WITHOUT ROWID;
INSERT INTO bot_merges (project, pull_request, person, landed_at, reached_at, lines)
SELECT project, pull_request, person, landed_at, reached_at, lines FROM former_bot_merges;
DROP TABLE former_bot_merges;

CREATE TABLE former_release_versions AS SELECT * FROM release_versions;
CREATE TABLE former_released_work AS SELECT * FROM released_work;
CREATE TABLE former_release_contents AS SELECT * FROM release_contents;
DROP VIEW release_work;
DROP TABLE release_contents;
DROP TABLE released_work;
DROP TABLE release_versions;
CREATE TABLE release_versions (
    id INTEGER PRIMARY KEY,
    release_key TEXT NOT NULL,        -- release:ID or tag:REPOSITORY:NAME
    repository INTEGER NOT NULL REFERENCES repositories (id),
    release INTEGER REFERENCES releases (id),
    tag_name TEXT NOT NULL,
    version TEXT,                     -- package prefix and number: 1.2.0 and v1.2.0 are one
    published_at TEXT NOT NULL,       -- the first publication ever seen
    exclusion TEXT,                   -- draft, moving tag, version seen before, ...; NULL: may count
    pre_release INTEGER NOT NULL,     -- counts only where a project has nothing but pre-releases
    package TEXT,                     -- to compare versions of a package: its prefix,
    number TEXT,                      -- the version number as text that sorts,
    next_patch TEXT,                  -- and the number of the next patch
    project TEXT NOT NULL REFERENCES projects (slug),
    UNIQUE (release_key, project)
) STRICT;
CREATE INDEX release_versions_repository ON release_versions (project, repository, published_at);
CREATE TABLE released_work (
    id INTEGER PRIMARY KEY,
    work INTEGER REFERENCES work (id), -- NULL: not on the default branch when it was released
    repository INTEGER NOT NULL REFERENCES repositories (id),
    pull_request INTEGER REFERENCES pull_requests (id),
    oid TEXT NOT NULL,                -- one of its commits in the release
    landed_at TEXT NOT NULL,          -- on the default branch or on the branch of the tag, whichever was first
    day TEXT NOT NULL,
    person INTEGER REFERENCES accounts (id),
    weeks_only TEXT,
    lines INTEGER NOT NULL,
    project TEXT NOT NULL REFERENCES projects (slug)
) STRICT;
CREATE INDEX released_work_work ON released_work (work);
CREATE INDEX released_work_project ON released_work (project);
CREATE TABLE release_contents (
    release_version INTEGER NOT NULL REFERENCES release_versions (id),
    released_work INTEGER NOT NULL,   -- id in released_work. A foreign key would need an index to delete from that table
    PRIMARY KEY (release_version, released_work)
) STRICT, WITHOUT ROWID;
INSERT INTO release_versions (id, project, release_key, repository, release, tag_name, version, published_at, exclusion,
                              pre_release, package, number, next_patch)
SELECT f.id, r.project, f.release_key, f.repository, f.release, f.tag_name, f.version, f.published_at, f.exclusion,
       f.pre_release, f.package, f.number, f.next_patch
FROM former_release_versions AS f JOIN repositories AS r ON r.id = f.repository;
INSERT INTO released_work (id, project, work, repository, pull_request, oid, landed_at, day, person, weeks_only, lines)
SELECT f.id, r.project, f.work, f.repository, f.pull_request, f.oid, f.landed_at, f.day, f.person, f.weeks_only, f.lines
FROM former_released_work AS f JOIN repositories AS r ON r.id = f.repository;
INSERT INTO release_contents SELECT * FROM former_release_contents;
DROP TABLE former_release_contents;
DROP TABLE former_released_work;
DROP TABLE former_release_versions;
CREATE VIEW release_work AS
SELECT v.release_key, w.work, w.repository, w.pull_request, w.oid, w.landed_at, w.day, w.person, w.weeks_only, w.lines,
       v.project
FROM release_versions AS v
JOIN release_contents AS c ON c.release_version = v.id
JOIN released_work AS w ON w.id = c.released_work;

-- The facts of each project, those of a shared repository in each of its projects.
DROP VIEW project_issues;
CREATE VIEW project_issues AS
SELECT b.project, r.full_name AS repository_name, i.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/issues/' || i.number AS url
FROM issues AS i JOIN project_repositories AS b ON b.repository = i.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = i.author;
DROP VIEW project_pull_requests;
CREATE VIEW project_pull_requests AS
SELECT b.project, r.full_name AS repository_name, p.*, a.login AS author_login, m.login AS merged_by_login,
       'https://github.com/' || r.full_name || '/pull/' || p.number AS url
FROM pull_requests AS p
JOIN project_repositories AS b ON b.repository = p.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository
LEFT JOIN accounts AS a ON a.id = p.author LEFT JOIN accounts AS m ON m.id = p.merged_by;
DROP VIEW project_discussions;
CREATE VIEW project_discussions AS
SELECT b.project, r.full_name AS repository_name, d.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/discussions/' || d.number AS url
FROM discussions AS d
JOIN project_repositories AS b ON b.repository = d.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = d.author;
DROP VIEW project_comments;
CREATE VIEW project_comments AS
SELECT b.project, r.full_name AS repository_name, c.*, a.login AS author_login,
       coalesce(i.number, p.number, d.number) AS number
FROM comments AS c
JOIN project_repositories AS b ON b.repository = c.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository
LEFT JOIN accounts AS a ON a.id = c.author
LEFT JOIN issues AS i ON i.id = c.subject AND c.subject_type = 'Issue'
LEFT JOIN pull_requests AS p ON p.id = c.subject AND c.subject_type = 'PullRequest'
LEFT JOIN discussions AS d ON d.id = c.subject AND c.subject_type = 'Discussion';
DROP VIEW project_reviews;
CREATE VIEW project_reviews AS
SELECT b.project, r.full_name AS repository_name, v.*, a.login AS author_login, p.number,
       'https://github.com/' || r.full_name || '/pull/' || p.number AS url
FROM reviews AS v
JOIN pull_requests AS p ON p.id = v.pull_request
JOIN project_repositories AS b ON b.repository = p.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = v.author;
DROP VIEW project_events;
CREATE VIEW project_events AS
SELECT b.project, r.full_name AS repository_name, e.*, a.login AS actor_login
FROM events AS e
JOIN project_repositories AS b ON b.repository = e.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = e.actor;
DROP VIEW project_releases;
CREATE VIEW project_releases AS
SELECT b.project, r.full_name AS repository_name, l.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/releases/tag/' || l.tag_name AS url
FROM releases AS l
JOIN project_repositories AS b ON b.repository = l.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = l.author;
DROP VIEW project_tags;
CREATE VIEW project_tags AS
SELECT b.project, r.full_name AS repository_name, t.*, 'https://github.com/' || r.full_name || '/tree/' || t.name AS url
FROM tags AS t JOIN project_repositories AS b ON b.repository = t.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository;
DROP VIEW project_commits;
CREATE VIEW project_commits AS
SELECT b.project, r.full_name AS repository_name, c.*, a.login AS author_login,
       'https://github.com/' || r.full_name || '/commit/' || c.oid AS url
FROM commits AS c
JOIN project_repositories AS b ON b.repository = c.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = c.author;
DROP VIEW project_pushes;
CREATE VIEW project_pushes AS
SELECT b.project, r.full_name AS repository_name, p.*, a.login AS actor_login
FROM pushes AS p
JOIN project_repositories AS b ON b.repository = p.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository LEFT JOIN accounts AS a ON a.id = p.actor;
DROP VIEW project_advisories;
CREATE VIEW project_advisories AS
SELECT b.project, r.full_name AS repository_name, v.*,
       'https://github.com/' || r.full_name || '/security/advisories/' || v.ghsa_id AS url
FROM advisories AS v JOIN project_repositories AS b ON b.repository = v.repository AND b.tracked
JOIN repositories AS r ON r.id = b.repository;
