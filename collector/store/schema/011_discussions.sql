CREATE TABLE discussions (
    id INTEGER PRIMARY KEY,
    node_id TEXT NOT NULL,
    repository INTEGER NOT NULL REFERENCES repositories (id),
    number INTEGER NOT NULL,          -- in one series with issues and pull requests
    title TEXT,
    body_length INTEGER,
    author INTEGER REFERENCES accounts (id),
    author_association TEXT,
    category TEXT,
    is_answerable INTEGER,            -- whether a comment can be marked as the answer in this category
    state_reason TEXT,
    created_at TEXT,
    updated_at TEXT,
    closed_at TEXT,
    answer_comment INTEGER,           -- id in `comments`; earlier answers, whose mark was taken back, are in `changes`
    answer_chosen_at TEXT,
    answer_chosen_by INTEGER REFERENCES accounts (id),
    first_seen_at TEXT NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX discussions_repository ON discussions (repository, created_at);
CREATE INDEX discussions_number ON discussions (repository, number);
CREATE INDEX discussions_author ON discussions (author);

-- Comments on discussions are in `comments` with subject_type 'Discussion'. GitHub numbers them apart from those on issues
-- and pull requests, so their ids are negative there.

-- The number of the discussion in the same repository that an issue became, of a ConvertedToDiscussionEvent.
ALTER TABLE events ADD COLUMN discussion_number INTEGER;

-- Derived: every marking of a comment as a discussion's answer that a sync saw, also those that were taken back.
CREATE TABLE answer_marks (
    discussion INTEGER NOT NULL REFERENCES discussions (id),
    comment INTEGER,
    chosen_at TEXT NOT NULL,
    account INTEGER REFERENCES accounts (id),
    PRIMARY KEY (discussion, chosen_at)
) STRICT;
