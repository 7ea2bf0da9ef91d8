-- Parts of objects that GitHub lists and does not serve: each is asked for again, ever more seldom.
CREATE TABLE unreadable (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    kind TEXT NOT NULL,               -- as in sync_state
    key TEXT NOT NULL,                -- a thread's node id, a commit's oid, a tag's name, a release's or a push's id
    part TEXT NOT NULL,               -- the field or list that failed; empty: the object itself
    url TEXT NOT NULL,
    error TEXT NOT NULL,              -- what GitHub said
    first_seen_at TEXT NOT NULL,
    last_asked_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    ask_again_at TEXT NOT NULL,
    PRIMARY KEY (repository, kind, key, part)
) STRICT;

-- For which state of a pull request its files and sizes were read: HEAD:BASE:MERGE_COMMIT. NULL: for none.
ALTER TABLE pull_requests ADD COLUMN diff_of TEXT;
ALTER TABLE repositories ADD COLUMN has_pull_requests INTEGER NOT NULL DEFAULT 1;
-- Rows that the walk under way has seen, to be compared with the list's length at its end.
ALTER TABLE sync_state ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
-- Page sizes are learnt anew, from sizes that GitHub can answer within its ten seconds.
UPDATE sync_state SET page_size = NULL;
ALTER TABLE sync_runs ADD COLUMN timeouts INTEGER NOT NULL DEFAULT 0;
-- Points that time-outs take off the next hour.
ALTER TABLE sync_runs ADD COLUMN penalty_points INTEGER NOT NULL DEFAULT 0;
