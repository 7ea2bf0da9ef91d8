"""The key of the keyed hashes, in a file beside the database: the database alone does not say what was hashed.

`signals.db.key` belongs to `signals.db`; a symbolic link to a database shares its key. The database itself holds only
the key's fingerprint, in the table `meta`. A database in memory has no file beside it and keeps its key in `meta`, as
files of earlier versions do until they are opened.
"""

import errno
import os
import re
import secrets
import sqlite3
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from collector import atomic_files
from collector.errors import DatabaseError, of_disk
from collector.store import own_files, settings

EMBEDDED, FINGERPRINT = "hash_key", "hash_key_fingerprint"
# The value of EMBEDDED while the free pages of the file may still contain a key that was moved out of it.
_MOVED = ""
_KEY = re.compile(r"[0-9a-f]{32}")


def file_of(path: Path) -> Path:
    """Return where the key of the database at `path` is."""
    file = Path(os.path.realpath(path))  # also of a loop of links: opening the file reports it
    return file.with_name(file.name + own_files.KEY)


def read(db: sqlite3.Connection) -> str:
    """Return the key of an open database. Raises DatabaseError if it is missing, or is that of another database."""
    embedded = settings.meta(db, EMBEDDED)
    if embedded:
        return embedded
    (path,) = (row[2] for row in db.execute("PRAGMA database_list") if row[1] == "main")
    file, expected = file_of(Path(path)), settings.meta(db, FINGERPRINT)
    key = _load(file)
    if key is None:
        raise DatabaseError(f"The hash key of {path} is missing: there is no file {file.name}.", _where(file, expected))
    if _fingerprint(key) != expected:
        raise DatabaseError(f"{file} is not the hash key of {path}, but of another database.", _where(file, expected))
    return key


def is_embedded(db: sqlite3.Connection) -> bool:
    """Return whether the database itself holds its key."""
    return bool(settings.meta(db, EMBEDDED))


def is_established(db: sqlite3.Connection) -> bool:
    """Return whether the database file has a key, and nothing of it is left in the database."""
    return settings.meta(db, FINGERPRINT) is not None and settings.meta(db, EMBEDDED) is None


def establish(db: sqlite3.Connection, path: Path | None) -> None:
    """Give the database at `path` its key, within the caller's transaction: one moved out of `meta`, or a new one.

    The file is written before the transaction commits: a run killed in between leaves a key that the next one takes.
    Afterwards call `erase`. In memory, `path` is None. Raises DatabaseError if the file cannot be written or is that of
    another database.
    """
    if path is None:
        settings.set_meta(db, {EMBEDDED: secrets.token_hex(16)})
        return
    if settings.meta(db, FINGERPRINT) is not None:
        return
    embedded, file = settings.meta(db, EMBEDDED), file_of(path)
    known = _load(file)
    if embedded and known not in (None, embedded):
        raise DatabaseError(
            f"{file} is not the hash key of {path}, but of another database.",
            "Move it to the database that it belongs to; the right one is then written in its place.",
        )
    key = embedded or known or secrets.token_hex(16)
    if known is None:
        write(file, key)
    settings.set_meta(db, {FINGERPRINT: _fingerprint(key)})
    if embedded:
        settings.set_meta(db, {EMBEDDED: _MOVED})


def erase(db: sqlite3.Connection) -> None:
    """Rewrite the file if its free pages may still contain a moved key. If that fails, a later call does it."""
    if settings.meta(db, EMBEDDED) != _MOVED:
        return
    (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
    db.execute("PRAGMA busy_timeout = 0")  # others may read for hours, as `collect serve` does
    with suppress(sqlite3.OperationalError):  # a full disk, or another process that writes
        # Deleted rows stay readable in free pages until VACUUM, and in the write-ahead log until it is truncated:
        # https://www.sqlite.org/lang_vacuum.html, https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
        db.execute("VACUUM")
        (is_busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:
            db.execute("DELETE FROM meta WHERE key = ?", [EMBEDDED])
    db.execute(f"PRAGMA busy_timeout = {patience}")


def remove(db: sqlite3.Connection) -> None:
    """Remove a key that is in the database itself, and its traces, from a copy that nobody else uses.

    Raises sqlite3.Error.
    """
    key = settings.meta(db, EMBEDDED)
    if key is not None:
        if key != _MOVED:
            settings.set_meta(db, {FINGERPRINT: _fingerprint(key)})
        db.execute("DELETE FROM meta WHERE key = ?", [EMBEDDED])
        db.execute("VACUUM")


def write(file: Path, key: str) -> None:
    """Write a key to a file that only the user can read. Raises DatabaseError."""
    try:
        atomic_files.write_text(file, f"{key}\n", private=True)
    except OSError as error:
        raise of_disk(error, str(file)) or DatabaseError(
            f"{file} cannot be written ({(error.strerror or 'unknown').lower()}).", "Check the folder's permissions."
        ) from None


def _fingerprint(key: str) -> str:
    return blake2b(key=key.encode(), person=b"fingerprint", digest_size=8).hexdigest()


def _load(file: Path) -> str | None:
    """Return the key in a file, None without the file. Raises DatabaseError if it holds no key or cannot be read."""
    try:
        if file.is_fifo():  # reading it would wait for a writer
            raise OSError(errno.EINVAL, "is a pipe")
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DatabaseError(
            f"{file} cannot be read ({(error.strerror or 'unknown').lower()}).", "Check its permissions."
        ) from None
    except UnicodeDecodeError:
        text = ""
    if not _KEY.fullmatch(text):
        raise DatabaseError(f"{file} does not hold a hash key.", "Restore it from your copy.")
    return text


def _where(file: Path, expected: str | None) -> str:
    """Return the next step: where the right key is, if it is in the same folder under another name."""
    for other in sorted(file.parent.glob("*.key")):
        with suppress(DatabaseError):
            if _fingerprint(_load(other) or "") == expected:
                return f"{other.name}, beside it, is the right one: rename or copy it to {file.name}."
    return "Copy it from where you keep it, or from the machine that the database came from (docs/operations.md)."
