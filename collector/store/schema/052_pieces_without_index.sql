-- The pieces of work in a project's releases have successive numbers, by which they are found
-- (collector/derive/outdated.py).
DROP INDEX released_pieces_project;
