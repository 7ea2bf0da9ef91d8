-- Counted commits whose lines GitHub cannot count. If there are any, `lines` is a lower bound.
ALTER TABLE work ADD COLUMN unsized INTEGER NOT NULL DEFAULT 0;
-- Sizes of commits are now fetched as a kind of their own. Earlier versions fetched them with the commits, and could
-- take a fork's pull request for the repository's own; so the pass starts at the first oid, and also requests the pull
-- request of each commit again.
INSERT INTO sync_state (repository, kind, target, first_complete_at, completed_at, witnessed_at)
SELECT repository, 'commit_sizes', '', first_complete_at, completed_at, witnessed_at
FROM sync_state WHERE kind = 'commits';
