"""Open the database file, check and migrate it, and turn SQLite errors into messages for the user."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

from collector.atomic_files import PRIVATE
from collector.errors import DatabaseError
from collector.store import hash_key, migrations
from collector.store.settings import meta as meta
from collector.store.settings import set_meta as set_meta

# The version in Debian 11 and RHEL 9.
LEAST_SQLITE = (3, 34)
# How long to wait for the transaction of another process: https://www.sqlite.org/c3ref/busy_timeout.html
BUSY_SECONDS = 30
# With a write-ahead log, a power failure then cannot damage the file; it may undo the last commits, which the next sync
# fetches again: https://www.sqlite.org/pragma.html#pragma_synchronous
SYNCHRONOUS = "NORMAL"
# Bytes. With less free space, an I/O error means that the disk is full: SQLite needs this much for the -shm file.
# https://www.sqlite.org/walformat.html
LEAST_ROOM = 65536

# Without an adapter of its own, Python 3.11 takes four times as long to bind a None as a text, for it searches for one.
if sys.version_info < (3, 12):
    sqlite3.register_adapter(type(None), lambda _: None)


def require_sqlite() -> None:
    """Raise DatabaseError if this Python's SQLite is too old. Call it before creating any file."""
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        least = ".".join(str(number) for number in LEAST_SQLITE)
        raise DatabaseError(
            f"collect needs SQLite {least} or later; this Python has {sqlite3.sqlite_version}.",
            "Use a Python that was built with a newer SQLite.",
        )


# How SQLite, and Python where a text is not UTF-8, word that a file is damaged.
_DAMAGED = ("malformed", "corrupt", "unsupported file format", "utf-8")
# How SQLite words that a migration does not fit the existing tables.
_OTHER_TABLES = ("no such table", "no such column", "already exists", "duplicate column", "has no column")


@contextmanager
def plain_words(path: Path, written: Path | None = None) -> Iterator[None]:
    """Turn SQLite errors about a file into a DatabaseError with a next step. Other errors pass through.

    `written` is the file that grows, if it is another one.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        text = str(error).lower()
        if "not a database" in text:
            message, step = f"{path} is not a SQLite database.", "Name another file with --db or COLLECT_DB."
        elif 'near "strict"' in text:
            message = (
                f"The database {path} was created with SQLite 3.37 or later; this Python has {sqlite3.sqlite_version}."
            )
            step = "Use a Python that was built with a newer SQLite, or sync to another file with --db."
        elif "full" in text or ("disk i/o error" in text and _has_no_room(written or path)):
            message = f"The disk is full: {written or path} cannot grow."
            step = "Free some space and run the same command again."
        elif "disk i/o error" in text:
            message = f"Reading or writing the database {path} failed ({getattr(error, 'sqlite_errorname', error)})."
            step = "Check that its disk is mounted, healthy and not read-only; `collect doctor` checks the database."
        elif any(word in text for word in _DAMAGED):
            message = f"The database {path} is damaged ({error})."
            step = "Restore a backup, or move it away and sync again; `sqlite3 FILE .recover` may save part of it."
        elif "no such table" in text:
            message = f"{path} lacks a table of this program ({error})."
            step = "Restore a backup, or move it away and sync again."
        elif "readonly" in text or "read-only" in text:
            message = f"The database {path} cannot be written."
            step = "Check its permissions and those of its folder."
        elif "unable to open" in text:
            message = f"The database {path} cannot be opened."
            step = "Check that its folder exists and is writable, and that the disk is not read-only."
        elif "locked" in text or "busy" in text:
            message, step = f"The database {path} is locked by another program.", "Stop that program, then try again."
        else:
            raise
        raise DatabaseError(message, step) from None


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.absolute().parent).free < LEAST_ROOM
    except OSError:
        return False


def connect(path: Path, mode: Literal["ro", "rw", "rwc"], timeout: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Connect to the file without checking or migrating its schema; to use its contents, call `open_database`.

    `mode` is SQLite's: "ro" reads only, "rw" reads and writes, "rwc" also creates the file
    (https://www.sqlite.org/uri.html#urimode). Waits at most `timeout` seconds for locks. Raises sqlite3.Error.
    """
    address = f"{path.absolute().as_uri()}?mode={mode}"
    # Without an isolation level Python begins no transaction by itself; `write.transaction` does.
    # https://docs.python.org/3/library/sqlite3.html#sqlite3-transaction-control-isolation-level
    # A sync opens the file on one thread and uses it on that of its storekeeper, never on both at once.
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)


def open_database(path: Path, create: bool = True) -> sqlite3.Connection:
    """Open the database and migrate it to the current schema; with `create`, create it if it does not exist.

    A new file is readable by its owner only. It gets its schema, its key and the record of migrations in one
    transaction: a run that is killed meanwhile leaves an empty file, which the next one fills.

    Raises DatabaseError if the file is missing, a folder, not a database, damaged, from a newer version of the program
    or not writable, and if this Python's SQLite is too old.
    """
    require_sqlite()
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder, not a database.", "Name a file with --db or COLLECT_DB.")
    if not path.exists() and not create:
        raise DatabaseError(
            f"There is no database at {path}.",
            "Run `collect sync` first, or `collect demo --db FILE` and name that file.",
        )
    with plain_words(path):
        if create:
            create_file(path)
        db = connect(path, "rw")
        try:
            _make_ready(db, path)
        except BaseException as error:
            db.close()
            if isinstance(error, sqlite3.OperationalError) and any(said in str(error) for said in _OTHER_TABLES):
                raise DatabaseError(
                    f"{path} does not have the tables of this program as its records say ({error}): they are another "
                    "program's, or some were lost.",
                    "Restore a backup, or name another file with --db or COLLECT_DB.",
                ) from None
            raise
        return db


def limit_memory(size: int) -> None:
    """Make SQLite refuse more than `size` bytes of memory in all, for the rest of this process.

    https://www.sqlite.org/pragma.html#pragma_hard_heap_limit
    """
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"PRAGMA hard_heap_limit = {size}").fetchall()


def in_memory() -> sqlite3.Connection:
    """Return a new in-memory database with the current schema."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _make_ready(db, None)
    return db


def temporary() -> sqlite3.Connection:
    """Return an empty database for data that a command holds while it runs. Close it afterwards, from any thread.

    What exceeds SQLite's cache is in a file that SQLite creates in the folder of temporary files, and deletes:
    https://www.sqlite.org/inmemorydb.html#temp_db
    """
    return sqlite3.connect("", isolation_level=None, check_same_thread=False)


def tables(db: sqlite3.Connection) -> set[str]:
    """Return the names of the tables."""
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def create_file(path: Path) -> None:
    """Create an empty file if there is none. When this fails, opening it says why."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, PRIVATE))


def _make_ready(db: sqlite3.Connection, path: Path | None) -> None:
    """Check that the database belongs to this program, and migrate it. `path` is None in memory."""
    applied, known = migrations.applied(db), migrations.known()
    newer = ", ".join(sorted(applied - known))
    if newer:
        raise DatabaseError(
            f"The database {path} was written by a newer version of collect ({newer}).",
            "Upgrade collect, or name another file with --db.",
        )
    if known - applied or not hash_key.is_established(db):
        _migrate(db, path)
    # Each connection has to ask for it: https://www.sqlite.org/foreignkeys.html#fk_enable
    db.execute("PRAGMA foreign_keys = ON")
    db.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")


def _migrate(db: sqlite3.Connection, path: Path | None) -> None:
    """Apply the missing migrations and establish the key, all in one transaction."""
    from collector.store.write import transaction

    # Never add tables to another program's database. One with only the ledger is ours: a version that did not create
    # everything in one transaction was interrupted.
    others = tables(db) - {migrations.LEDGER}
    if others and "meta" not in others:
        raise DatabaseError(f"{path} belongs to another program.", "Name another file with --db or COLLECT_DB.")
    # A sync and those who read the database do not block each other: https://www.sqlite.org/wal.html
    db.execute("PRAGMA journal_mode = WAL")
    with transaction(db):
        migrations.apply(db)
        hash_key.establish(db, path)
    hash_key.erase(db)
