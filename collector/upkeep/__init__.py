"""Maintenance of the database: backups, deleting old run records, compacting, and forgetting accounts."""
