-- A repository may belong to several projects, and counts in each of them. It is read once.
-- `repositories.project` and `repositories.role` stay those of the first.
CREATE TABLE project_repositories (
    project TEXT NOT NULL REFERENCES projects (slug),
    repository INTEGER NOT NULL REFERENCES repositories (id),
    role TEXT NOT NULL,               -- in this project
    position INTEGER NOT NULL,        -- of the project among those of the repository; the lowest is the first
    tracked INTEGER NOT NULL,         -- as in `repositories`
    PRIMARY KEY (project, repository)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_repositories_repository ON project_repositories (repository, position);
INSERT INTO project_repositories SELECT project, id, role, 0, tracked FROM repositories;
CREATE TRIGGER repositories_first_project AFTER INSERT ON repositories
BEGIN
    INSERT OR IGNORE INTO project_repositories VALUES (NEW.project, NEW.id, NEW.role, 0, NEW.tracked);
END;
