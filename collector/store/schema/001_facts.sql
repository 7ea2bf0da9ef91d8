-- What GitHub lists. Times are ISO 8601 UTC text with Z. Every fact has first_seen_at, written once and never changed,
-- and gone_at: when GitHub was found to list it no longer (the row stays).

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE projects (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    homepage TEXT,
    note TEXT,
    tracked INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    type TEXT NOT NULL,               -- User | Bot | Organization | Mannequin
    created_at TEXT,                  -- NULL while only the push log has named the account
    is_bot INTEGER NOT NULL DEFAULT 0,
    bot_reason TEXT,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX accounts_login ON accounts (login);

CREATE TABLE repositories (
    id INTEGER PRIMARY KEY,           -- GitHub's databaseId: a renamed repository keeps it
    node_id TEXT NOT NULL,
    full_name TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES projects (slug),
    role TEXT NOT NULL,
    tracked INTEGER NOT NULL DEFAULT 1,
    configured_as TEXT NOT NULL,      -- owner/name in the configuration
    status TEXT NOT NULL,             -- ok | empty | archived | disabled | private_or_gone | blocked
    default_branch TEXT,
    head_oid TEXT,
    created_at TEXT NOT NULL,
    pushed_at TEXT,
    description TEXT,
    homepage TEXT,
    primary_language TEXT,
    license TEXT,
    is_fork INTEGER NOT NULL,
    parent TEXT,
    is_archived INTEGER NOT NULL,
    is_disabled INTEGER NOT NULL,
    has_issues INTEGER NOT NULL,
    has_discussions INTEGER NOT NULL,
    discussions INTEGER NOT NULL,
    stars INTEGER NOT NULL,
    forks INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX repositories_project ON repositories (project);
CREATE INDEX repositories_full_name ON repositories (full_name);

CREATE TABLE releases (
    id INTEGER PRIMARY KEY,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    tag_name TEXT NOT NULL,
    name TEXT,
    body TEXT,
    is_draft INTEGER NOT NULL,
    is_prerelease INTEGER NOT NULL,
    created_at TEXT NOT NULL,         -- the tagged commit's date, not the release's
    published_at TEXT,
    updated_at TEXT,
    author INTEGER REFERENCES accounts (id),
    tag_oid TEXT,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX releases_repository ON releases (repository, published_at);
CREATE INDEX releases_author ON releases (author);

CREATE TABLE tags (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    name TEXT NOT NULL,
    oid TEXT NOT NULL,                -- the commit, also of an annotated tag
    target_oid TEXT NOT NULL,         -- what the reference holds: the commit or the tag object
    tagged_at TEXT,                   -- the tagger's own clock
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (repository, name)
) STRICT;

CREATE TABLE commits (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    tree_oid TEXT NOT NULL,
    authored_at TEXT NOT NULL,        -- set by whoever made the commit
    committed_at TEXT NOT NULL,       -- set by whoever made the commit
    additions INTEGER NOT NULL,
    deletions INTEGER NOT NULL,
    changed_files INTEGER,
    is_merge INTEGER NOT NULL,
    headline TEXT NOT NULL,
    author INTEGER REFERENCES accounts (id),   -- the account GitHub links to the git author, whom anyone can set
    signature TEXT,                   -- state of the signature: VALID, UNSIGNED keys and so on; NULL without one
    signed_by_github INTEGER NOT NULL,
    signer INTEGER REFERENCES accounts (id),
    verified_at TEXT,
    pull_request INTEGER,             -- number of the merged pull request into the default branch GitHub associates
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,                     -- no longer reachable from the default branch
    PRIMARY KEY (repository, oid)
) STRICT;
CREATE INDEX commits_oid ON commits (oid);
CREATE INDEX commits_committed_at ON commits (repository, committed_at);
CREATE INDEX commits_author ON commits (author);

CREATE TABLE commit_parents (
    repository INTEGER NOT NULL,
    oid TEXT NOT NULL,
    parent TEXT NOT NULL,
    position INTEGER NOT NULL,        -- 0 is the first parent
    PRIMARY KEY (repository, oid, position),
    FOREIGN KEY (repository, oid) REFERENCES commits (repository, oid)
) STRICT;
CREATE INDEX commit_parents_parent ON commit_parents (repository, parent);

CREATE TABLE history_boundaries (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,
    committed_at TEXT,                -- NULL: GitHub does not have the commit any more
    PRIMARY KEY (repository, oid)
) STRICT;

CREATE TABLE tag_ancestry (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    oid TEXT NOT NULL,                -- a commit that a release's tag holds and the default branch does not
    parent TEXT NOT NULL,
    PRIMARY KEY (repository, oid, parent)
) STRICT;

CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    node_id TEXT NOT NULL,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    body_length INTEGER NOT NULL,
    author INTEGER REFERENCES accounts (id),   -- NULL: a deleted account
    author_association TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    locked INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    closed_at TEXT,
    closed_by INTEGER REFERENCES accounts (id),
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX issues_repository ON issues (repository, created_at);
CREATE INDEX issues_number ON issues (repository, number);
CREATE INDEX issues_author ON issues (author);

CREATE TABLE issue_labels (
    issue INTEGER NOT NULL REFERENCES issues (id),
    name TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (issue, name)
) STRICT;

CREATE TABLE pull_requests (
    id INTEGER PRIMARY KEY,
    node_id TEXT NOT NULL,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    body_length INTEGER NOT NULL,
    author INTEGER REFERENCES accounts (id),
    author_association TEXT NOT NULL,
    state TEXT NOT NULL,
    is_draft INTEGER NOT NULL,
    is_cross_repository INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    closed_at TEXT,
    merged_at TEXT,
    merged_by INTEGER REFERENCES accounts (id),
    merge_commit_oid TEXT,
    base_ref TEXT NOT NULL,
    head_oid TEXT NOT NULL,
    additions INTEGER NOT NULL,
    deletions INTEGER NOT NULL,
    changed_files INTEGER NOT NULL,
    closes_repository TEXT,           -- the first issue that the text says it closes; NULL repository: its own
    closes_number INTEGER,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX pull_requests_repository ON pull_requests (repository, created_at);
CREATE INDEX pull_requests_number ON pull_requests (repository, number);
CREATE INDEX pull_requests_author ON pull_requests (author);
CREATE INDEX pull_requests_merged ON pull_requests (repository, merged_at);

CREATE TABLE pull_request_files (
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    path TEXT NOT NULL,
    additions INTEGER NOT NULL,
    deletions INTEGER NOT NULL,
    change_type TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT,
    PRIMARY KEY (pull_request, path)
) STRICT;

CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    subject INTEGER NOT NULL,         -- id of the issue or the pull request
    subject_type TEXT NOT NULL,       -- Issue | PullRequest
    author INTEGER REFERENCES accounts (id),
    author_association TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    length INTEGER NOT NULL,
    text_hash TEXT NOT NULL,          -- keyed hash of the normalised text: equal texts can be told, no text can be read
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX comments_subject ON comments (subject, subject_type, created_at);
CREATE INDEX comments_author ON comments (author, text_hash);
CREATE INDEX comments_repository ON comments (repository, created_at);

CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    pull_request INTEGER NOT NULL REFERENCES pull_requests (id),
    author INTEGER REFERENCES accounts (id),
    author_association TEXT NOT NULL,
    state TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    length INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX reviews_pull_request ON reviews (pull_request, submitted_at);
CREATE INDEX reviews_author ON reviews (author);

CREATE TABLE events (
    id TEXT PRIMARY KEY,              -- GitHub's node id: timeline events have no other
    repository INTEGER NOT NULL REFERENCES repositories (id),
    subject INTEGER NOT NULL,
    subject_type TEXT NOT NULL,
    type TEXT NOT NULL,               -- GitHub's name of the event, such as ClosedEvent
    actor INTEGER REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    state_reason TEXT,                -- of a ClosedEvent
    label TEXT,                       -- of a LabeledEvent
    will_close INTEGER,               -- of a CrossReferencedEvent
    source_repository TEXT,           -- owner/name of the pull request or commit that closes, refers or is connected
    source_number INTEGER,
    source_oid TEXT,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX events_subject ON events (subject, subject_type, created_at);
CREATE INDEX events_type ON events (type, repository, created_at);
CREATE INDEX events_actor ON events (actor);

CREATE TABLE pushes (
    id INTEGER PRIMARY KEY,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    ref TEXT NOT NULL,
    before_oid TEXT NOT NULL,
    after_oid TEXT NOT NULL,
    kind TEXT NOT NULL,               -- push | force_push | branch_creation | branch_deletion | pr_merge | merge_queue_merge
    actor INTEGER REFERENCES accounts (id),
    pushed_at TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX pushes_repository ON pushes (repository, ref, pushed_at);
CREATE INDEX pushes_actor ON pushes (actor);

-- What GitHub's answer changed although it should not change, and what came back after it was gone.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    "table" TEXT NOT NULL,
    key TEXT NOT NULL,
    repository INTEGER,
    "column" TEXT NOT NULL,
    old TEXT,
    new TEXT,
    seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX changes_key ON changes ("table", key);

-- What first appeared with a date that the previous complete sync should already have shown.
CREATE TABLE late_arrivals (
    "table" TEXT NOT NULL,
    key TEXT NOT NULL,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    dated TEXT NOT NULL,
    previous_sync TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY ("table", key)
) STRICT;
