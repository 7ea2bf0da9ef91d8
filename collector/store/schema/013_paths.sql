-- Whether a commit that no pull request brought touched a folder or file that the configuration declares as docs or
-- rules: the part of a pattern before its first wildcard. A row for each commit and part that GitHub was asked about.
CREATE TABLE commit_paths (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    path TEXT NOT NULL,
    touched INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (repository, oid, path),
    FOREIGN KEY (repository, oid) REFERENCES commits (repository, oid)
) STRICT;

-- By the clock of whoever committed. NULL in an old row: not read yet.
ALTER TABLE pull_request_commits ADD COLUMN committed_at TEXT;

-- When a merged pull request that changes economic rules was last changed before its merge, and by what.
CREATE TABLE last_changes (
    pull_request INTEGER PRIMARY KEY REFERENCES pull_requests (id),
    changed_at TEXT NOT NULL,
    change TEXT NOT NULL              -- opened | ready | push | force_push | commit
) STRICT;

-- Commits of the branches of pull requests that change rules, as pushes left them: some are on no branch any more.
CREATE TABLE branch_commits (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    parents TEXT NOT NULL,            -- oids, separated by spaces
    headline TEXT,
    authored_at TEXT,                 -- set by whoever made the commit
    additions INTEGER,
    deletions INTEGER,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (repository, oid)
) STRICT;

-- The patterns of docs and rules that a project declares, in their order, and what was found by each.
CREATE TABLE declared_paths (
    project TEXT NOT NULL REFERENCES projects (slug),
    kind TEXT NOT NULL,               -- docs | rules
    position INTEGER NOT NULL,
    pattern TEXT NOT NULL,
    path TEXT,                        -- the part that direct pushes are asked about; NULL: it is not asked of them
    files INTEGER NOT NULL,           -- distinct files of merged pull requests that match the pattern
    commits_asked INTEGER NOT NULL,
    commits_touched INTEGER NOT NULL,
    PRIMARY KEY (project, kind, position)
) STRICT;

-- The work that touched docs or economic rules, and how many of its counted lines did. For bots' pull requests, all lines
-- outside manifests and generated files.
CREATE TABLE work_paths (
    work INTEGER PRIMARY KEY REFERENCES work (id),
    touches_docs INTEGER NOT NULL,
    docs_lines INTEGER NOT NULL,
    touches_rules INTEGER NOT NULL,
    rule_lines INTEGER NOT NULL
) STRICT;
