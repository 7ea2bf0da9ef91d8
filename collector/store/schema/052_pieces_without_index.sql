-- The pieces of work in a project's releases have successive numbers, by which they are found (collector/derive/stale.py).
DROP INDEX released_pieces_project;
