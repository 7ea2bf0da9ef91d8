-- Commits that count and whose lines GitHub cannot tell: with any, the counted lines are the least that they can be.
ALTER TABLE work ADD COLUMN unsized INTEGER NOT NULL DEFAULT 0;
-- Lines of commits are a kind of their own. Earlier versions read them with the commits; they also took a fork's pull
-- request for the repository's own, so the pull request of each commit is asked for again, from the first oid on.
INSERT INTO sync_state (repository, kind, target, first_complete_at, completed_at, witnessed_at)
SELECT repository, 'commit_sizes', '', first_complete_at, completed_at, witnessed_at
FROM sync_state WHERE kind = 'commits';
