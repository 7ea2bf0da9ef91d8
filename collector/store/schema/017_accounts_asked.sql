-- GitHub removes what a spammer wrote together with the account; GitHub is asked whether authors of vanished objects are
-- still there.
ALTER TABLE accounts ADD COLUMN node_id TEXT;      -- NULL: seen only before this column, or in REST
ALTER TABLE accounts ADD COLUMN asked_at TEXT;     -- when GitHub was last asked that; NULL: never
