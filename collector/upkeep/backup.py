"""A consistent, verified copy of the database while it is in use."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from collector.atomic_files import replacing
from collector.errors import DatabaseError, UsageError, of_disk
from collector.store import database, hash_key, migrations


@dataclass(frozen=True)
class Backup:
    """The copy: its size in bytes, the schema version in it, and the file with its hash key, if one was written."""

    file: str
    size: int
    schema: str
    key: str | None = None


def back_up(path: Path, target: Path, overwrite: bool, with_key: bool = False) -> Backup:
    """Copy the database at `path` to `target` as a consistent snapshot; a sync may be writing meanwhile.

    Uses SQLite's online backup API (https://sqlite.org/backup.html). An older schema is copied without migrating it.
    The copy is readable by its owner only. Without `with_key` nobody can learn the hash key from it; with `with_key`
    the key is written beside it, or stays inside it when an earlier version keeps it there. Raises UsageError if a
    target exists and `overwrite` is false, and DatabaseError.
    """
    if not path.exists():
        raise DatabaseError(f"There is no database at {path}.", "Name its file with --db or COLLECT_DB.")
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Name the file to write, such as backups/2026-01-31.db.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Create it first.")
    key_file = hash_key.file_of(target)
    if target.exists() and target.samefile(path):
        raise UsageError(f"{target} is the database itself.", "Name another file.")
    own_key = hash_key.file_of(path)
    if target.exists() and own_key.exists() and target.samefile(own_key):
        raise UsageError(f"{target} is the hash key of the database.", "Name another file.")
    for file in (target, key_file) if with_key else (target,):
        if file.exists() and not overwrite:
            raise UsageError(f"{file} already exists.", "Name another file, or use --overwrite.")
    try:
        with replacing(target, private=True) as beside:
            schema, key = _copy(path, beside, target, with_key)
            if key is not None:
                hash_key.write(key_file, key)
    except OSError as error:
        raise of_disk(error, str(target)) or DatabaseError(
            f"{target} cannot be written ({error.strerror}).", "Check the folder's permissions."
        ) from None
    return Backup(str(target), target.stat().st_size, schema, str(key_file) if key else None)


def _copy(path: Path, beside: Path, target: Path, with_key: bool) -> tuple[str, str | None]:
    """Copy the database; return its schema version, and its key if it is wanted and not in the copy itself."""
    with (
        database.plain_words(path),
        closing(database.connect(path, "rw")) as source,
    ):
        applied = migrations.applied(source)
        if not applied:
            raise DatabaseError(f"{path} is not a database of collect.", "Name another file with --db or COLLECT_DB.")
        key = hash_key.read(source) if with_key and not hash_key.is_embedded(source) else None
        with database.plain_words(target), closing(database.connect(beside, "rw")) as copy:
            # All pages in one step: a backup in several steps restarts after every write of a running sync
            # (https://sqlite.org/c3ref/backup_finish.html#sqlite3backupstep).
            source.backup(copy)
            if not with_key:
                hash_key.remove(copy)
            faults = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
            if faults != ["ok"]:
                raise DatabaseError(
                    f"The copy of {path} is damaged ({'; '.join(faults)}) and was deleted.",
                    "Run `collect doctor`: the database itself may be damaged.",
                )
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return max(applied), key
