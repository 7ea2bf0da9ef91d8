-- Accounts that `collect forget` took out. No login and no number can be read from it, but either can be recognised.
CREATE TABLE forgotten (
    hash TEXT PRIMARY KEY,            -- keyed hash of an account's number, or of a login that it had
    name TEXT NOT NULL,               -- what stands in place of its login
    forgotten_at TEXT NOT NULL
) STRICT;
