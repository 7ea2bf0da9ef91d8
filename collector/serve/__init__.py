"""The database in datasette: table descriptions, saved queries, charts and the server."""
