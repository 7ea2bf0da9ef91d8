-- The own commits of a pull request that was squashed or rebased: they landed with it, under other oids.
CREATE TABLE pull_request_commits (
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    oid TEXT NOT NULL,
    headline TEXT NOT NULL,
    authored_at TEXT NOT NULL,        -- set by whoever made the commit
    additions INTEGER NOT NULL,
    deletions INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (pull_request, oid)
) STRICT;

-- Where an issue that is gone was transferred to: its address in GitHub's REST API. NULL: not known to have moved.
ALTER TABLE issues ADD COLUMN moved_to TEXT;
