-- What shows failures, and the commits that only tags of releases reach. NULL in an old row: not read yet.

-- Security advisories that a repository published. They are listed over REST only.
CREATE TABLE advisories (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    ghsa_id TEXT NOT NULL,
    author INTEGER REFERENCES accounts (id),
    published_at TEXT NOT NULL,
    prose_length INTEGER NOT NULL,    -- of the description, as first seen
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (repository, ghsa_id)
) STRICT;
CREATE INDEX advisories_author ON advisories (author);

-- Read all releases again, for the lengths of their texts.
UPDATE sync_state SET fingerprint = NULL, sweep_at = NULL WHERE kind = 'releases';

-- What a revert says that it reverts: a pull request of a repository (NULL: of its own), or a commit.
ALTER TABLE pull_requests ADD COLUMN reverts_repository TEXT;
ALTER TABLE pull_requests ADD COLUMN reverts_number INTEGER;
ALTER TABLE pull_requests ADD COLUMN reverts_oid TEXT;
ALTER TABLE commits ADD COLUMN reverts_repository TEXT;
ALTER TABLE commits ADD COLUMN reverts_number INTEGER;
ALTER TABLE commits ADD COLUMN reverts_oid TEXT;
-- Length of the message below its headline, without quotes and code. Only read of commits whose headline says revert.
ALTER TABLE commits ADD COLUMN message_prose_length INTEGER;

-- Commits that tags of releases reach and the default branch does not, such as patches on release branches.
CREATE TABLE tagged_commits (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    headline TEXT,
    authored_at TEXT,                 -- set by whoever made the commit
    committed_at TEXT,                -- set by whoever made the commit
    is_merge INTEGER NOT NULL,
    additions INTEGER,                -- NULL: no signal needs it, or GitHub does not serve it
    deletions INTEGER,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (repository, oid)
) STRICT;

-- Work in releases may be work that is only on a release branch: the day and the person stand here.
CREATE TABLE former_release_work AS
SELECT o.release_key, o.work, w.repository, w.pull_request,
       coalesce(w.oid, p.merge_commit_oid, u.after_oid, '') AS oid, w.landed_at, w.day, w.person, w.weeks_only, o.lines
FROM release_work AS o
JOIN work AS w ON w.id = o.work
LEFT JOIN pull_requests AS p ON p.id = w.pull_request
LEFT JOIN pushes AS u ON u.id = w.push;
DROP TABLE release_work;
CREATE TABLE release_work (
    release_key TEXT NOT NULL,        -- release:ID or tag:REPOSITORY:NAME
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
INSERT INTO release_work SELECT * FROM former_release_work;
DROP TABLE former_release_work;
CREATE INDEX release_work_release ON release_work (release_key);
CREATE INDEX release_work_work ON release_work (work);
CREATE INDEX release_work_person ON release_work (person);
CREATE INDEX release_work_pull_request ON release_work (pull_request);

-- To compare versions of a package: the number of the next patch, as text that sorts.
ALTER TABLE release_versions ADD COLUMN next_patch TEXT;

-- Commits and pull requests whose headline or title says that they revert something.
CREATE TABLE reverts (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    pull_request INTEGER REFERENCES pull_requests (id),
    oid TEXT,
    of_revert INTEGER NOT NULL        -- whether it says that it reverts a revert
) STRICT;
CREATE INDEX reverts_pull_request ON reverts (pull_request);
CREATE INDEX reverts_repository ON reverts (repository, oid);

-- Labels of issues that speak of an incident, by their words.
CREATE TABLE incident_labels (
    name TEXT PRIMARY KEY
) STRICT;
