-- What the signals of each project were last computed from, so that those that are the same on a later date are copied.
CREATE TABLE computed_projects (
    project TEXT PRIMARY KEY REFERENCES projects (slug),
    as_of TEXT NOT NULL,              -- the latest computed date
    mark TEXT NOT NULL                -- of all that signals depend on beside facts, rules and configuration
) STRICT;
-- Facts, rules or configuration changed: what is derived is made again, and the signals with it.
CREATE TRIGGER derived_anew AFTER DELETE ON derived_projects
BEGIN DELETE FROM computed_projects WHERE project = OLD.project; END;

-- Accounts of which a date changed that signals of other repositories than the one just synced may depend on.
CREATE TABLE changed_accounts (
    account INTEGER PRIMARY KEY
) STRICT;
