"""The SQLite database: schema, migrations, upserts, tombstones and sync progress. Only this package writes facts."""
