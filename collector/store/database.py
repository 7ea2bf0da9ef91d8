"""The database file: opened, checked, brought up to date; what SQLite complains about in plain words."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from collector.errors import DatabaseError
from collector.store import migrations

BUSY_SECONDS = 30


@contextmanager
def plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about a file into a DatabaseError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error).lower()
        if "not a database" in text:
            message, step = f"{path} is not a SQLite database.", "Give another file with --db or COLLECT_DB."
        elif "malformed" in text or "corrupt" in text or "disk i/o error" in text:
            message = f"The database {path} is damaged ({error})."
            step = "Restore a copy, or move it away and sync anew; `sqlite3 FILE .recover` may save what is left."
        elif "full" in text:
            message, step = f"The disk is full: {path} cannot grow.", "Make room and run the same command again."
        elif "readonly" in text or "read-only" in text:
            message, step = f"The database {path} cannot be written.", "Check its permissions and those of its folder."
        elif "unable to open" in text:
            message = f"The database {path} cannot be opened."
            step = "Check that its folder exists and may be written."
        elif "locked" in text or "busy" in text:
            message, step = f"The database {path} is held by another program.", "End that program, then try again."
        else:
            raise
        raise DatabaseError(message, step) from None


def open_database(path: Path, create: bool = True) -> sqlite_utils.Database:
    """The database at `path`, with the present schema; made when it is not there yet and `create`.

    Raises DatabaseError when it is a folder, no database, damaged, newer than this program or cannot be written.
    """
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder, not a database.", "Give a file with --db or COLLECT_DB.")
    if not path.exists() and not create:
        raise DatabaseError(f"There is no database at {path}.", "Run `collect sync` first, or `collect demo`.")
    with plain_words(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db = sqlite_utils.Database(connection)
        _refuse_newer(db, path)
        if migrations.MIGRATIONS.pending(db):
            _refuse_foreign(db, path)
            connection.execute("PRAGMA journal_mode = WAL")
            migrations.MIGRATIONS.apply(db)
            set_meta(db, {"hash_key": secrets.token_hex(16)}, keep=True)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return db


def meta(db: sqlite_utils.Database, key: str) -> str | None:
    """A value of the table `meta`."""
    row = db.conn.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def set_meta(db: sqlite_utils.Database, values: dict[str, Any], keep: bool = False) -> None:
    """Write values of the table `meta`; with `keep`, only those that are not there yet."""
    conflict = "DO NOTHING" if keep else "DO UPDATE SET value = excluded.value"
    rows = [(k, str(v)) for k, v in values.items()]
    db.conn.executemany(f"INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) {conflict}", rows)


def _refuse_newer(db: sqlite_utils.Database, path: Path) -> None:
    unknown = {m.name for m in migrations.MIGRATIONS.applied(db)} - migrations.known()
    if unknown:
        raise DatabaseError(
            f"The database {path} was written by a newer version of collect ({', '.join(sorted(unknown))}).",
            "Upgrade collect, or give another file with --db.",
        )


def _refuse_foreign(db: sqlite_utils.Database, path: Path) -> None:
    """A database of another program must not be filled with our tables."""
    if db.table_names() and "meta" not in db.table_names():
        raise DatabaseError(
            f"{path} is a database of another program.", "Give another file with --db or COLLECT_DB."
        )
