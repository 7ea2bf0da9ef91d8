-- When each list of a repository was looked at in full. `sync_state` keeps the last time alone, and records of runs are
-- deleted in time; a signal as of a past date needs to know what had been looked at by then.
CREATE TABLE looks (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    kind TEXT NOT NULL,               -- as in sync_state
    at TEXT NOT NULL,
    PRIMARY KEY (repository, kind, at)
) STRICT;
INSERT OR IGNORE INTO looks
SELECT repository, kind, first_complete_at FROM sync_state WHERE first_complete_at IS NOT NULL
UNION SELECT repository, kind, completed_at FROM sync_state WHERE completed_at IS NOT NULL
UNION SELECT s.repository, s.kind, u.started_at
FROM sync_run_parts AS p
JOIN sync_runs AS u ON u.id = p.run
JOIN repositories AS r ON r.full_name = p.repository
JOIN sync_state AS s ON s.repository = r.id AND s.kind = p.kind
WHERE p.outcome IN ('done', 'unchanged') AND u.started_at BETWEEN s.first_complete_at AND s.completed_at;

-- Every piece of recent work that a release contains, not only what no release contained before it.
ALTER TABLE release_work ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
-- When a rewrite dropped a part of it and brought nothing equal in its place, a day or more after it had landed.
ALTER TABLE work ADD COLUMN altered_at TEXT;
-- To tell which of two versions of a package is the higher: its number, as text that sorts.
ALTER TABLE release_versions ADD COLUMN package TEXT;
ALTER TABLE release_versions ADD COLUMN number TEXT;

-- Pull requests of bots that people merged: who did, and the lines without manifests, locks and generated files.
CREATE TABLE bot_merges (
    pull_request INTEGER PRIMARY KEY REFERENCES pull_requests (id),
    project TEXT NOT NULL REFERENCES projects (slug),
    person INTEGER NOT NULL REFERENCES accounts (id),
    landed_at TEXT NOT NULL,
    reached_at TEXT NOT NULL,
    lines INTEGER NOT NULL
) STRICT;

-- Hashes of the comments that are commands of review, under this database's key.
CREATE TABLE review_commands (
    text_hash TEXT PRIMARY KEY
) STRICT;

-- What a project last did in public, and the state that it was in as of a date.
CREATE TABLE project_facts (
    project TEXT NOT NULL REFERENCES projects (slug),
    as_of TEXT NOT NULL,
    state TEXT NOT NULL,              -- not_on_github | not_synced | stale | too_young | never_published | silent |
                                      -- sporadic | slowing | waking | active
    last_release TEXT,
    last_release_url TEXT,
    last_change TEXT,
    last_change_url TEXT,
    author_days_13 INTEGER NOT NULL,
    author_days_26 INTEGER NOT NULL,
    author_days_52 INTEGER NOT NULL,
    author_days_before INTEGER NOT NULL,
    method_version TEXT NOT NULL,
    PRIMARY KEY (project, as_of)
) STRICT;

-- A series may hold figures of two methods: each row says which.
DROP VIEW signal_history;
CREATE VIEW signal_history AS
SELECT project, signal, as_of, status, value, low, high, unit, n, score, method_version
FROM signals ORDER BY project, signal, as_of;

-- The first method's view, in whose place others have come.
DROP VIEW IF EXISTS answering_pull_requests;
