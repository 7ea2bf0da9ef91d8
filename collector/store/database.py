"""The database file: opened, checked, brought up to date; what SQLite complains about in plain words."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from collector.errors import DatabaseError

# Debian 11 and RHEL 9 have it.
LEAST_SQLITE = (3, 34)
BUSY_SECONDS = 30
# With less room, in bytes, an error of the disk is that it is full: SQLite needs as much for the file beside the WAL.
LEAST_ROOM = 65536
SCHEMA = files(__package__) / "schema"
# The library's own table of what was applied: it is there before the first migration is.
LEDGER = "_sqlite_migrations"


def require_sqlite() -> None:
    """Raise DatabaseError when this Python's SQLite is too old; to be called before any file is touched."""
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        least = ".".join(str(number) for number in LEAST_SQLITE)
        raise DatabaseError(
            f"collect needs SQLite {least} or later; this Python has {sqlite3.sqlite_version}.",
            "Use a Python that was built with a newer SQLite.",
        )


@contextmanager
def plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about a file into a DatabaseError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error).lower()
        if "not a database" in text:
            message, step = f"{path} is not a SQLite database.", "Give another file with --db or COLLECT_DB."
        elif 'near "strict"' in text:
            message = (
                f"The database {path} was made with SQLite 3.37 or later; this Python has {sqlite3.sqlite_version}."
            )
            step = "Use a Python that was built with a newer SQLite, or sync into another file with --db."
        elif "full" in text or ("disk i/o error" in text and _has_no_room(path)):
            message, step = f"The disk is full: {path} cannot grow.", "Make room and run the same command again."
        elif "disk i/o error" in text:
            message = f"The disk of the database {path} fails ({getattr(error, 'sqlite_errorname', error)})."
            step = (
                "Check that it is there, sound and not read-only; `collect doctor` says whether the database is sound."
            )
        elif "malformed" in text or "corrupt" in text:
            message = f"The database {path} is damaged ({error})."
            step = "Restore a copy, or move it away and sync anew; `sqlite3 FILE .recover` may save what is left."
        elif "readonly" in text or "read-only" in text:
            message, step = f"The database {path} cannot be written.", "Check its permissions and those of its folder."
        elif "unable to open" in text:
            message = f"The database {path} cannot be opened."
            step = "Check that its folder exists and may be written, and that the disk is not read-only."
        elif "locked" in text or "busy" in text:
            message, step = f"The database {path} is held by another program.", "End that program, then try again."
        else:
            raise
        raise DatabaseError(message, step) from None


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.absolute().parent).free < LEAST_ROOM
    except OSError:
        return False


def connect(path: Path, mode: Literal["ro", "rw", "rwc"], timeout: float = BUSY_SECONDS) -> sqlite3.Connection:
    """The file at `path` as it is: read only, for reading and writing, or created when it is not there.

    Its schema is neither checked nor brought up to date; commands that work with its contents use `open_database`.
    Waits at most `timeout` seconds for another program. Raises sqlite3.Error.
    """
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)


def open_database(path: Path, create: bool = True) -> sqlite3.Connection:
    """The database at `path`, with the present schema; made when it is not there yet and `create`.

    Raises DatabaseError when it is a folder, no database, damaged, newer than this program or cannot be written, and
    when this SQLite is too old.
    """
    require_sqlite()
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder, not a database.", "Give a file with --db or COLLECT_DB.")
    if not path.exists() and not create:
        raise DatabaseError(
            f"There is no database at {path}.",
            "Run `collect sync` first, or `collect demo --db FILE` and give that file.",
        )
    with plain_words(path):
        db = connect(path, "rwc")
        try:
            _make_ready(db, path)
        except BaseException:
            db.close()
            raise
        return db


def in_memory() -> sqlite3.Connection:
    """An empty database with the present schema that is nowhere on the disk."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _make_ready(db, Path(":memory:"))
    return db


def meta(db: sqlite3.Connection, key: str) -> str | None:
    """A value of the table `meta`."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def set_meta(db: sqlite3.Connection, values: dict[str, Any], keep: bool = False) -> None:
    """Write values of the table `meta`; with `keep`, only those that are not there yet."""
    conflict = "DO NOTHING" if keep else "DO UPDATE SET value = excluded.value"
    rows = [(k, str(v)) for k, v in values.items()]
    db.executemany(f"INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) {conflict}", rows)


def known_migrations() -> set[str]:
    """The names of the migrations that this program has: each has a file in `schema/`."""
    return {p.name.removesuffix(".sql") for p in SCHEMA.iterdir() if p.name.endswith(".sql")}


def applied_migrations(db: sqlite3.Connection) -> set[str]:
    """The names of the migrations that this database has had; read without the library, whose import is slow."""
    if LEDGER not in tables(db):
        return set()
    return {row[0] for row in db.execute(f"SELECT name FROM {LEDGER} WHERE migration_set = 'collect'")}


def tables(db: sqlite3.Connection) -> set[str]:
    """The names of the tables."""
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _make_ready(db: sqlite3.Connection, path: Path) -> None:
    _check(db, path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")


def _check(db: sqlite3.Connection, path: Path) -> None:
    """See that it is ours, and bring it up to date."""
    applied, known = applied_migrations(db), known_migrations()
    newer = ", ".join(sorted(applied - known))
    if newer:
        raise DatabaseError(
            f"The database {path} was written by a newer version of collect ({newer}).",
            "Upgrade collect, or give another file with --db.",
        )
    if known - applied:
        _bring_up_to_date(db, path)
    if meta(db, "hash_key") is None:  # a new database, or one whose making was cut short
        set_meta(db, {"hash_key": secrets.token_hex(16)}, keep=True)


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    from collector.store import migrations

    # A database of another program must not be filled with our tables. With the ledger alone it is one of ours, whose
    # first migration was cut short.
    others = tables(db) - {LEDGER}
    if others and "meta" not in others:
        raise DatabaseError(f"{path} is a database of another program.", "Give another file with --db or COLLECT_DB.")
    db.execute("PRAGMA journal_mode = WAL")
    migrations.apply(db)
