"""Split a database into shards, and merge shards into one database."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

from collector import clock
from collector.atomic_files import sync
from collector.config.shards import Shard
from collector.errors import DatabaseError, UsageError, of_disk
from collector.method import evidence, score_tables
from collector.method_constants import METHOD_VERSION
from collector.shards import found, shared
from collector.store import database, hash_key, lock, shard_rows
from collector.store.write import transaction

Progress = Callable[[str, int, int], None]


def split(path: Path, folder: Path, count: int, now: datetime, progress: Progress) -> list[found.ShardFile]:
    """Copy the database at `path` into `count` shards in a new folder, which appears when all are complete.

    The database stays as it is; no sync may run meanwhile. Accounts that nothing refers to are left out. Raises
    UsageError, DatabaseError and AlreadyRunning.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder.", "Name a new one.")
    with lock.held(path, clock.to_text(now), "upkeep"), closing(database.open_database(path, create=False)) as db:
        shard = database.meta(db, shard_rows.SHARD)
        if shard is not None:
            raise UsageError(f"{path} is itself shard {shard}.", "Merge its set first, then split that.")
        slugs = [row[0] for row in db.execute("SELECT slug FROM projects ORDER BY slug")]
        key = hash_key.read(db)
        with _folder_beside(folder) as beside:
            for number in range(1, count + 1):
                one = Shard(number, count)
                _make_shard(path, beside / found.name_of(one), folder, one, slugs, key, _date_of_views(db))
                progress(found.name_of(one), number, count)
            # On Windows a folder takes no name that exists: https://docs.python.org/3/library/os.html#os.replace
            with suppress(FileNotFoundError):
                folder.rmdir()
            beside.replace(folder)
            sync(folder.absolute().parent)
    return found.shards(folder)


def merge(folder: Path, target: Path, now: datetime, progress: Progress) -> int:
    """Write the shards in a folder as one new database, and return how many projects it has.

    Their derived tables come with them. Raises UsageError and DatabaseError.
    """
    if target.exists():
        raise UsageError(f"{target} exists.", "Name a new file with --db.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Create it first.")
    parts = found.shards(folder)
    keys = {one.key for one in parts}
    if len(keys) > 1:
        other = next(one for one in parts if one.key != parts[0].key)
        raise DatabaseError(
            f"{parts[0].path.name} and {other.path.name} have different hash keys.",
            "Shards that are to be merged begin with one key: split them from one database (docs/scale.md).",
        )
    with database.plain_words(parts[0].path), closing(database.connect(parts[0].path, "rw")) as db:
        key = hash_key.read(db)
    with _folder_beside(target) as beside:
        made = beside / target.name
        with _new(made, key, target) as db:
            latest, left = None, shared.elsewhere([one.path for one in parts])
            # The latest sync last: of an account in several shards, the row that is added last stays.
            for number, one in enumerate(sorted(parts, key=lambda one: one.synced_at or ""), start=1):
                with database.plain_words(one.path, target):
                    shard_rows.add(one.path, db, left[one.path].same | left[one.path].other)
                    with closing(database.connect(one.path, "rw")) as source:
                        latest = max(filter(None, (latest, _date_of_views(source))), default=None)
                progress(one.path.name, number, len(parts))
            for path, of_others in left.items():
                shared.delete_derived(db, path, of_others.other)
            shard_rows.forget_again(db, clock.to_text(now))
            _compare(db)
            _finish(db, latest)
        # The key first: without it the database could not be used, while a key without a database harms nothing.
        hash_key.file_of(made).replace(hash_key.file_of(target))
        made.replace(target)
        sync(target.absolute().parent)
    return sum(len(one.projects) for one in parts)


def _make_shard(
    source: Path, path: Path, target: Path, shard: Shard, slugs: list[str], key: str, as_of: date | None
) -> None:
    with _new(path, key, target) as db:
        shard_rows.copy_projects(source, db, [slug for slug in slugs if shard.holds(slug)])
        database.set_meta(db, {shard_rows.SHARD: shard})
        _finish(db, as_of)


@contextmanager
def _new(path: Path, key: str, target: Path) -> Iterator[sqlite3.Connection]:
    """Create a database with a given hash key, in a temporary folder; messages name the `target`."""
    hash_key.write(hash_key.file_of(path), key)
    with database.plain_words(path, target), closing(database.open_database(path)) as db:
        yield db


def _finish(db: sqlite3.Connection, as_of: date | None) -> None:
    """Store the views, and write everything to the database file itself."""
    if as_of is not None:
        with transaction(db):
            evidence.store_views(db, as_of)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _compare(db: sqlite3.Connection) -> None:
    """Compute the letters among all projects: a shard compares only its own."""
    with transaction(db):
        found = db.execute("SELECT DISTINCT as_of FROM signals WHERE method_version = ?", [METHOD_VERSION]).fetchall()
        for (day,) in found:
            score_tables.store(db, date.fromisoformat(day))


def _date_of_views(db: sqlite3.Connection) -> date | None:
    (moment,) = db.execute("SELECT max(as_of) FROM as_of").fetchone()
    return clock.from_text(moment).date() if moment else None


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """Make a temporary folder on the same file system, which is deleted at the end unless it was moved."""
    parent = path.absolute().parent
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=parent))
        try:
            yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise of_disk(error, str(path)) or UsageError(
            f"{path} cannot be written ({(error.strerror or str(error)).lower()}).", "Name another place."
        ) from None
