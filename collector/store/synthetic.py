"""The mark of a database with the invented projects of `collect demo`, which must not be mixed with real ones."""

import sqlite3
from pathlib import Path

from collector.errors import UsageError
from collector.store import database

_KEY = "synthetic"


def mark(db: sqlite3.Connection, synthetic: bool) -> None:
    """Mark a database, within the caller's transaction."""
    database.set_meta(db, {_KEY: int(synthetic)})


def is_synthetic(db: sqlite3.Connection) -> bool:
    """Return whether the database holds invented projects."""
    return database.meta(db, _KEY) == "1"


def file_is_synthetic(path: Path) -> bool | None:
    """Return whether the database at `path` holds invented projects; None if it does not exist or is empty.

    Raises DatabaseError.
    """
    if not path.exists():
        return None
    db = database.open_database(path, create=False)
    try:
        with database.plain_words(path):
            value = database.meta(db, _KEY)
    finally:
        db.close()
    return None if value is None else value == "1"


def refuse_synthetic(path: Path) -> None:
    """Raise UsageError if the database was made by the demo, and DatabaseError if it cannot be read."""
    if file_is_synthetic(path):
        raise UsageError(
            f"{path} is a database of `collect demo`, with invented projects.", "Name another file with --db."
        )
