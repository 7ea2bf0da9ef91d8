-- A project may be in several categories, and is compared in each of them. `projects.category` stays the first.
CREATE TABLE project_categories (
    project TEXT NOT NULL REFERENCES projects (slug),
    category TEXT NOT NULL,
    position INTEGER NOT NULL,        -- 0 is the first
    PRIMARY KEY (project, category)
) STRICT;
CREATE INDEX project_categories_category ON project_categories (category);
INSERT INTO project_categories SELECT slug, category, 0 FROM projects;
