-- The same rows in less space.

-- A release contains the work of the ninety days before it, so a piece of work is in as many releases as follow it within
-- that time. It is stored once, and each release refers to it.
CREATE TABLE former_release_versions AS SELECT * FROM release_versions ORDER BY rowid;
CREATE TABLE former_release_work AS SELECT * FROM release_work ORDER BY rowid;
DROP TABLE release_work;
DROP TABLE release_versions;
CREATE TABLE release_versions (
    id INTEGER PRIMARY KEY,
    release_key TEXT NOT NULL UNIQUE, -- release:ID or tag:REPOSITORY:NAME
    repository INTEGER NOT NULL REFERENCES repositories (id),
    release INTEGER REFERENCES releases (id),
    tag_name TEXT NOT NULL,
    version TEXT,                     -- package prefix and number: 1.2.0 and v1.2.0 are one
    published_at TEXT NOT NULL,       -- the first publication ever seen
    exclusion TEXT,                   -- draft, moving tag, version seen before, ...; NULL: may count
    pre_release INTEGER NOT NULL,     -- counts only where a project has nothing but pre-releases
    package TEXT,                     -- to compare versions of a package: its prefix,
    number TEXT,                      -- the version number as text that sorts,
    next_patch TEXT                   -- and the number of the next patch
) STRICT;
CREATE INDEX release_versions_repository ON release_versions (repository, published_at);
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
    lines INTEGER NOT NULL
) STRICT;
CREATE INDEX released_work_work ON released_work (work);
CREATE TABLE release_contents (
    release_version INTEGER NOT NULL REFERENCES release_versions (id),
    released_work INTEGER NOT NULL,   -- id in released_work. A foreign key would need an index to delete from that table
    PRIMARY KEY (release_version, released_work)
) STRICT, WITHOUT ROWID;
INSERT INTO release_versions (release_key, repository, release, tag_name, version, published_at, exclusion, pre_release,
                              package, number, next_patch)
SELECT release_key, repository, release, tag_name, version, published_at, exclusion, pre_release, package, number, next_patch
FROM former_release_versions ORDER BY rowid;
INSERT INTO released_work (work, repository, pull_request, oid, landed_at, day, person, weeks_only, lines)
SELECT DISTINCT work, repository, pull_request, oid, landed_at, day, person, weeks_only, lines FROM former_release_work;
INSERT INTO release_contents
SELECT v.id, w.id
FROM former_release_work AS f
JOIN release_versions AS v ON v.release_key = f.release_key
JOIN released_work AS w ON w.repository = f.repository AND w.oid = f.oid AND w.landed_at = f.landed_at AND w.lines = f.lines
    AND (w.work, w.pull_request, w.person, w.weeks_only) IS (f.work, f.pull_request, f.person, f.weeks_only);
DROP TABLE former_release_versions;
DROP TABLE former_release_work;
CREATE VIEW release_work AS
SELECT v.release_key, w.work, w.repository, w.pull_request, w.oid, w.landed_at, w.day, w.person, w.weeks_only, w.lines
FROM release_versions AS v
JOIN release_contents AS c ON c.release_version = v.id
JOIN released_work AS w ON w.id = c.released_work;

-- Without a rowid, the rows are stored in the index of their key: https://www.sqlite.org/withoutrowid.html
-- A key begins with the table's first columns in their order: SQLite 3.40 calls such a table damaged if it does not.
CREATE TABLE former_pull_request_files AS SELECT * FROM pull_request_files ORDER BY pull_request, path;
DROP TABLE pull_request_files;
CREATE TABLE pull_request_files (
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    path TEXT NOT NULL,
    additions INTEGER,
    deletions INTEGER,
    change_type TEXT,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (pull_request, path)
) STRICT, WITHOUT ROWID;
INSERT INTO pull_request_files SELECT * FROM former_pull_request_files;
DROP TABLE former_pull_request_files;
CREATE TABLE former_pull_request_commits AS SELECT * FROM pull_request_commits ORDER BY pull_request, oid;
DROP TABLE pull_request_commits;
CREATE TABLE pull_request_commits (
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    oid TEXT NOT NULL,
    headline TEXT,
    authored_at TEXT,                 -- set by whoever made the commit
    additions INTEGER,
    deletions INTEGER,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    committed_at TEXT,                -- by the clock of whoever committed. NULL in an old row: not read yet
    PRIMARY KEY (pull_request, oid)
) STRICT, WITHOUT ROWID;
INSERT INTO pull_request_commits SELECT * FROM former_pull_request_commits;
DROP TABLE former_pull_request_commits;
CREATE TABLE former_commit_paths AS SELECT * FROM commit_paths ORDER BY repository, oid, path;
DROP TABLE commit_paths;
CREATE TABLE commit_paths (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    path TEXT NOT NULL,
    touched INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (repository, oid, path),
    FOREIGN KEY (repository, oid) REFERENCES commits (repository, oid)
) STRICT, WITHOUT ROWID;
INSERT INTO commit_paths SELECT * FROM former_commit_paths;
DROP TABLE former_commit_paths;
CREATE TABLE former_commit_parents AS SELECT * FROM commit_parents ORDER BY repository, oid, parent, position;
DROP TABLE commit_parents;
CREATE TABLE commit_parents (
    repository INTEGER NOT NULL,
    oid TEXT NOT NULL,
    parent TEXT NOT NULL,
    position INTEGER NOT NULL,        -- 0 is the first parent
    PRIMARY KEY (repository, oid, parent, position),
    FOREIGN KEY (repository, oid) REFERENCES commits (repository, oid)
) STRICT, WITHOUT ROWID;
INSERT INTO commit_parents SELECT * FROM former_commit_parents;
DROP TABLE former_commit_parents;

-- Indexes that no statement of the program reads.
DROP INDEX commits_oid;
DROP INDEX commits_committed_at;
