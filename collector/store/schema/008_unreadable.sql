-- Parts of objects that GitHub lists but does not serve. They are requested again with exponential backoff.
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

-- The state of the pull request for which its files and sizes were read, as HEAD:BASE:MERGE_COMMIT. NULL: never read.
ALTER TABLE pull_requests ADD COLUMN diff_of TEXT;
ALTER TABLE repositories ADD COLUMN has_pull_requests INTEGER NOT NULL DEFAULT 1;
-- Rows read so far by the pass in progress, to be compared with the list's total count at its end.
ALTER TABLE sync_state ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
-- Learn page sizes again, starting from sizes that GitHub can answer within its limit of ten seconds.
UPDATE sync_state SET page_size = NULL;
ALTER TABLE sync_runs ADD COLUMN timeouts INTEGER NOT NULL DEFAULT 0;
-- Points that timeouts subtract from the next hour's rate limit.
ALTER TABLE sync_runs ADD COLUMN penalty_points INTEGER NOT NULL DEFAULT 0;
