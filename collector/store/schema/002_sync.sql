-- How far the sync has come, and what each run asked, paid, stored and met.

CREATE TABLE sync_state (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    kind TEXT NOT NULL,
    fingerprint TEXT,                 -- what the batched question showed when this kind was last complete
    watermark TEXT,                   -- newest time (or head) up to which everything is stored
    target TEXT,                      -- where a walk under way began: its newest time, or the head it is pinned to
    cursor TEXT,                      -- where a walk under way goes on
    hidden INTEGER,                   -- listed by GitHub but not stored: older than the start of the database
    page_size INTEGER NOT NULL DEFAULT 100,
    sweep_cursor TEXT,                -- re-reading, spread over the week: where it goes on
    sweep_edge TEXT,                  -- JSON: the time and the ids at the end of the last page re-read
    sweep_at TEXT,                    -- when this re-reading began
    sweep_witnessed_at TEXT,          -- newest time of GitHub's own seen by then
    sweep_done INTEGER NOT NULL DEFAULT 0, -- pages of it that are re-read
    first_complete_at TEXT,
    completed_at TEXT,
    witnessed_at TEXT,                -- newest time of GitHub's own seen by then: proof of when we looked
    PRIMARY KEY (repository, kind)
) STRICT;

CREATE TABLE sync_runs (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    exit_code INTEGER,                -- NULL: still running, or killed
    requests INTEGER NOT NULL DEFAULT 0,
    points INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    retries INTEGER NOT NULL DEFAULT 0,
    waited_seconds REAL NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    message TEXT
) STRICT;

CREATE TABLE sync_run_parts (
    run INTEGER NOT NULL REFERENCES sync_runs (id),
    repository TEXT NOT NULL,         -- owner/name, or * for the batched questions
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,            -- done | unchanged | failed | stopped
    requests INTEGER NOT NULL,
    points INTEGER NOT NULL,
    inserted INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (run, repository, kind)
) STRICT;

CREATE TABLE sync_errors (
    id INTEGER PRIMARY KEY,
    run INTEGER REFERENCES sync_runs (id),
    repository TEXT NOT NULL,
    kind TEXT NOT NULL,
    error TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX sync_errors_run ON sync_errors (run);
