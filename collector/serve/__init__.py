"""The database in datasette: what its tables mean, questions worth asking, charts, and the server."""
