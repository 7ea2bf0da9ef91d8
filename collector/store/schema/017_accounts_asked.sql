-- GitHub removes what a spammer wrote together with the account; GitHub is asked whether authors of vanished objects are
-- still there.
ALTER TABLE accounts ADD COLUMN asked_at TEXT;     -- when that was last asked; NULL: never
