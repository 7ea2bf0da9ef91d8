"""The SQLite file: its schema, upserts, tombstones, and how far the sync has come. Alone writes facts."""
