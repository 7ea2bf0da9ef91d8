-- The times at which each list of a repository was complete. `sync_state` keeps only the last one, and old run records
-- are deleted; signals as of a past date need to know what had been synced by then.
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

-- A release now has a row for all recent work that it contains, not only for work that no earlier release contained.
ALTER TABLE release_work ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
-- When a rewrite of the history dropped a part of it without an equal replacement, at least a day after it had landed.
ALTER TABLE work ADD COLUMN altered_at TEXT;
-- To compare versions of a package: the version number as text that sorts.
ALTER TABLE release_versions ADD COLUMN package TEXT;
ALTER TABLE release_versions ADD COLUMN number TEXT;

-- Pull requests of bots that were merged by people: by whom, and their lines outside manifests, lock files and
-- generated files.
CREATE TABLE bot_merges (
    pull_request INTEGER PRIMARY KEY REFERENCES pull_requests (id),
    project TEXT NOT NULL REFERENCES projects (slug),
    person INTEGER NOT NULL REFERENCES accounts (id),
    landed_at TEXT NOT NULL,
    reached_at TEXT NOT NULL,
    lines INTEGER NOT NULL
) STRICT;

-- Hashes of comments that are review commands, keyed with this database's hash_key.
CREATE TABLE review_commands (
    text_hash TEXT PRIMARY KEY
) STRICT;

-- A project's state as of a date, and its last public activity.
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

-- A series may contain values of several method versions, so each row has its version.
DROP VIEW signal_history;
CREATE VIEW signal_history AS
SELECT project, signal, as_of, status, value, low, high, unit, n, score, method_version
FROM signals ORDER BY project, signal, as_of;

-- A view of the first method, which other views have replaced.
DROP VIEW IF EXISTS answering_pull_requests;
