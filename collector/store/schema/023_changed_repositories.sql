-- The tables that are derived from the facts are made per project, and again when its facts changed.

-- Repositories with facts that changed since then. Triggers write it (collector/store/changed.py), whoever changed them.
CREATE TABLE changed_repositories (
    repository INTEGER PRIMARY KEY
) STRICT;

-- What the derived tables of each project were made by: versions and configuration.
CREATE TABLE derived_projects (
    project TEXT PRIMARY KEY REFERENCES projects (slug),
    mark TEXT NOT NULL
) STRICT;
DELETE FROM meta WHERE key = 'derived_from';

-- To delete what was derived of one project, and to find what changed in it.
CREATE INDEX released_work_repository ON released_work (repository);
CREATE INDEX changes_repository ON changes (repository, "column");
