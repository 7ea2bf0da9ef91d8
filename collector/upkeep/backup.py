"""A copy of the database while it is in use: consistent, verified, and there whole or not at all."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from collector.atomic_files import replacing
from collector.errors import DatabaseError, UsageError, of_disk
from collector.store import database


@dataclass(frozen=True)
class Backup:
    """What was written: the file's size in bytes, and the schema of the database in it."""

    file: str
    size: int
    schema: str


def back_up(path: Path, target: Path, overwrite: bool) -> Backup:
    """Copy the database at `path` as it stands at one moment; a sync may be writing meanwhile.

    An older schema is copied as it is. Raises UsageError for a target that is there already, and DatabaseError.
    """
    if not path.exists():
        raise DatabaseError(f"There is no database at {path}.", "Give its file with --db or COLLECT_DB.")
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Give the file to write, such as backups/2026-01-31.db.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Make it first.")
    if target.exists() and target.samefile(path):
        raise UsageError(f"{target} is the database itself.", "Give another file.")
    if target.exists() and not overwrite:
        raise UsageError(f"{target} is there already.", "Give another file, or --overwrite.")
    try:
        with replacing(target) as beside:
            try:
                schema = _copy(path, beside, target)
            finally:
                # SQLite's own files beside a copy that the disk did not take.
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
        applied = database.applied_migrations(source)
        if not applied:
            raise DatabaseError(f"{path} is no database of collect.", "Give another file with --db or COLLECT_DB.")
        with database.plain_words(target), closing(database.connect(beside, "rwc")) as copy:
            # All pages in one step: in steps, every write of a sync would begin the copy anew.
            source.backup(copy)
            faults = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
            if faults != ["ok"]:
                raise DatabaseError(
                    f"The copy of {path} is not sound: {'; '.join(faults)}. It was thrown away.",
                    "See `collect doctor`: the database itself may be damaged.",
                )
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return max(applied)
