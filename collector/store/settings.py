"""The table `meta`: settings of the database, as texts by name."""

import sqlite3
from typing import Any


def meta(db: sqlite3.Connection, key: str) -> str | None:
    """Return a value from the table `meta`, None if it is not set."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def set_meta(db: sqlite3.Connection, values: dict[str, Any]) -> None:
    """Write values to the table `meta`."""
    rows = [(k, str(v)) for k, v in values.items()]
    sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    db.executemany(sql, rows)
