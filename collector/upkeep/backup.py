"""A consistent, verified copy of the database while it is in use."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from collector.atomic_files import replacing
from collector.errors import DatabaseError, UsageError, of_disk
from collector.store import database, migrations


@dataclass(frozen=True)
class Backup:
    """The copy: its size in bytes, and the schema version in it."""

    file: str
    size: int
    schema: str


def back_up(path: Path, target: Path, overwrite: bool) -> Backup:
    """Copy the database at `path` to `target` as a consistent snapshot; a sync may be writing meanwhile.

    Uses SQLite's online backup API (https://sqlite.org/backup.html). An older schema is copied without migrating it.
    Raises UsageError if the target exists and `overwrite` is false, and DatabaseError.
    """
    if not path.exists():
        raise DatabaseError(f"There is no database at {path}.", "Name its file with --db or COLLECT_DB.")
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Name the file to write, such as backups/2026-01-31.db.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Create it first.")
    if target.exists() and target.samefile(path):
        raise UsageError(f"{target} is the database itself.", "Name another file.")
    if target.exists() and not overwrite:
        raise UsageError(f"{target} already exists.", "Name another file, or use --overwrite.")
    try:
        with replacing(target) as beside:
            try:
                schema = _copy(path, beside, target)
            finally:
                # SQLite's temporary files of a copy that failed, for example on a full disk.
                for end in ("-journal", "-wal", "-shm"):
                    beside.with_name(beside.name + end).unlink(missing_ok=True)
    except OSError as error:
        raise of_disk(error, str(target)) or DatabaseError(
            f"{target} cannot be written ({error.strerror}).", "Check the folder's permissions."
        ) from None
    return Backup(str(target), target.stat().st_size, schema)


def _copy(path: Path, beside: Path, target: Path) -> str:
    with (
        database.plain_words(path),
        closing(database.connect(path, "rw")) as source,
    ):
        applied = migrations.applied(source)
        if not applied:
            raise DatabaseError(f"{path} is not a database of collect.", "Name another file with --db or COLLECT_DB.")
        with database.plain_words(target), closing(database.connect(beside, "rwc")) as copy:
            # All pages in one step: a backup in several steps restarts after every write of a running sync
            # (https://sqlite.org/c3ref/backup_finish.html#sqlite3backupstep).
            source.backup(copy)
            faults = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
            if faults != ["ok"]:
                raise DatabaseError(
                    f"The copy of {path} is damaged ({'; '.join(faults)}) and was deleted.",
                    "Run `collect doctor`: the database itself may be damaged.",
                )
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return max(applied)
