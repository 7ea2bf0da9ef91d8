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
