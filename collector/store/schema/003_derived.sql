-- What is computed from the facts: dropped and rebuilt whenever they change.

-- The date of which the views in this database speak, and the window of 52 complete weeks before it.
CREATE TABLE as_of (
    as_of TEXT NOT NULL,
    window_start TEXT NOT NULL,
    window_end TEXT NOT NULL
) STRICT;

-- When, by what and by whom each commit landed on the default branch.
CREATE TABLE landings (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    landed_at TEXT NOT NULL,
    reached_at TEXT NOT NULL,         -- when it was first reachable from the default branch
    tier TEXT NOT NULL,               -- T1 server time | T2 verified by GitHub at | T3 the client's own date
    landed_by TEXT NOT NULL,          -- pull_request | push | signature | verification | committer_date
    pull_request INTEGER REFERENCES pull_requests (id),
    push INTEGER REFERENCES pushes (id),
    person INTEGER REFERENCES accounts (id),
    exclusion TEXT,                   -- why it does not count as work: merge, copy, bulk, ...; NULL: it counts
    copy_of TEXT,                     -- owner/name@oid
    left_at TEXT,                     -- when a force push dropped it; NULL: it is still there
    PRIMARY KEY (repository, oid)
) STRICT;
CREATE INDEX landings_landed_at ON landings (landed_at);
CREATE INDEX landings_pull_request ON landings (pull_request);
CREATE INDEX landings_push ON landings (push);

-- The landed work in units of a pull request or a direct push: who landed how many counted lines when.
CREATE TABLE work (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (slug),
    repository INTEGER NOT NULL REFERENCES repositories (id),
    landed_at TEXT NOT NULL,
    reached_at TEXT NOT NULL,
    day TEXT NOT NULL,
    pull_request INTEGER REFERENCES pull_requests (id),
    push INTEGER REFERENCES pushes (id),
    oid TEXT,                         -- a commit that landed by its signature
    tier TEXT NOT NULL,
    person INTEGER REFERENCES accounts (id),
    lines INTEGER NOT NULL,           -- counted lines: copies, merges, generated files left out
    commits INTEGER NOT NULL,
    exclusion TEXT,
    weeks_only TEXT,                  -- why it counts for weeks but for no person: nobody, ghost, mirror
    left_at TEXT                      -- when a force push dropped it; NULL: it is still there
) STRICT;
CREATE INDEX work_project ON work (project, landed_at);
CREATE INDEX work_repository ON work (repository, landed_at);
CREATE INDEX work_day ON work (project, day, person);

-- Which release, of those whose tag could count, first contained a piece of work.
CREATE TABLE release_work (
    release_key TEXT NOT NULL,        -- release:ID or tag:REPOSITORY:NAME
    work INTEGER NOT NULL REFERENCES work (id),
    PRIMARY KEY (release_key, work)
) STRICT;
CREATE INDEX release_work_work ON release_work (work);

-- Releases and version tags as versions, and why some are not.
CREATE TABLE release_versions (
    release_key TEXT PRIMARY KEY,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    release INTEGER REFERENCES releases (id),
    tag_name TEXT NOT NULL,
    version TEXT,                     -- package prefix and number: 1.2.0 and v1.2.0 are one
    published_at TEXT NOT NULL,       -- the first publication ever seen
    exclusion TEXT,                   -- draft, moving tag, version seen before, ...; NULL: may count
    pre_release INTEGER NOT NULL      -- counts only where a project has nothing but pre-releases
) STRICT;
CREATE INDEX release_versions_repository ON release_versions (repository, published_at);

-- Since when an account is a bot; empty: always.
CREATE TABLE machines (
    account INTEGER PRIMARY KEY REFERENCES accounts (id),
    since TEXT NOT NULL
) STRICT;

-- Since when an account is an insider of a project, and by what.
CREATE TABLE insiders (
    project TEXT NOT NULL REFERENCES projects (slug),
    account INTEGER NOT NULL REFERENCES accounts (id),
    since TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (project, account)
) STRICT;

CREATE TABLE signals (
    project TEXT NOT NULL REFERENCES projects (slug),
    signal TEXT NOT NULL,
    as_of TEXT NOT NULL,
    window_days INTEGER NOT NULL,
    status TEXT NOT NULL,             -- ok | insufficient | not_observable | stale
    reason TEXT,
    value REAL,
    low REAL,
    high REAL,
    unit TEXT NOT NULL,
    n REAL,
    score REAL,
    score_low REAL,
    score_high REAL,
    naive TEXT,                       -- JSON
    companions TEXT NOT NULL,         -- JSON
    excluded TEXT NOT NULL,           -- JSON: reason -> count
    method_version TEXT NOT NULL,
    config_hash TEXT NOT NULL,
    PRIMARY KEY (project, signal, as_of)
) STRICT;

CREATE VIEW latest_signals AS
SELECT * FROM signals WHERE as_of = (SELECT max(as_of) FROM signals);

CREATE VIEW signal_history AS
SELECT project, signal, as_of, status, value, low, high, unit, n, score FROM signals ORDER BY project, signal, as_of;

CREATE VIEW scorecard AS
SELECT p.slug AS project, p.name, p.category, s.as_of,
       count(*) FILTER (WHERE s.status = 'ok') AS signals_ok,
       count(*) AS signals_asked,
       json_group_object(s.signal, CASE s.status WHEN 'ok' THEN round(s.score, 3) END) AS scores,
       json_group_object(s.signal, s.status) AS statuses
FROM latest_signals AS s JOIN projects AS p ON p.slug = s.project
GROUP BY p.slug, s.as_of;

-- Issues and pull requests that were imported, and how that shows.
CREATE TABLE imported_threads (
    subject_type TEXT NOT NULL,
    subject INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (subject_type, subject)
) STRICT;

-- Changed lines of each pull request outside generated, vendored, lock and changelog files.
CREATE TABLE counted_pull_requests (
    pull_request INTEGER PRIMARY KEY REFERENCES pull_requests (id),
    lines INTEGER NOT NULL
) STRICT;
