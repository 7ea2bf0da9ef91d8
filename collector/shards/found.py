"""A folder of shards: which there are, and whether they are all shards of one database."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from collector.config.shards import Shard
from collector.errors import DatabaseError, UsageError
from collector.store import database, hash_key, migrations
from collector.store.shard_rows import SHARD

PATTERN = "*.db"


@dataclass(frozen=True)
class ShardFile:
    """A shard's file, and what is in it."""

    path: Path
    shard: Shard
    size: int  # bytes
    projects: tuple[str, ...]  # slugs
    repositories: tuple[str, ...]  # owner/name
    synced_at: str | None  # start of its last sync
    key: str | None  # fingerprint of its hash key


def name_of(shard: Shard) -> str:
    """Return the file name of a shard that is split off, such as "shard-02-of-10.db"."""
    width = len(str(shard.count))
    return f"shard-{shard.number:0{width}}-of-{shard.count}.db"


def shards(folder: Path) -> list[ShardFile]:
    """Return the shards in a folder, by their numbers. They are only read.

    Raises DatabaseError for a file that is not a shard or is of another version, for a shard that is missing or there
    twice, and for a project that is in two.
    """
    if not folder.is_dir():
        raise DatabaseError(f"There is no folder {folder}.", "`collect shard split DIR --into N` makes one.")
    found = sorted((_read(path) for path in sorted(folder.glob(PATTERN))), key=lambda one: (one.shard, one.path))
    if not found:
        raise DatabaseError(f"There are no shards in {folder}.", "`collect shard split DIR --into N` makes some.")
    _require_whole(folder, found)
    seen: dict[str, ShardFile] = {}
    for one in found:
        for slug in one.projects:
            if slug in seen:
                own = next(other for other in found if other.shard.holds(slug))
                raise DatabaseError(
                    f"{slug} is in two shards, {seen[slug].path.name} and {one.path.name}.",
                    f"It belongs to {own.path.name}: replace the other by a shard of the same split or the same list.",
                )
            seen[slug] = one
    return found


def require_shard(path: Path, shard: Shard | None) -> None:
    """Raise UsageError if the database at `path` does not hold this shard (None: all projects), and is not new."""
    if not path.exists():
        return
    with database.plain_words(path), closing(database.open_database(path, create=False)) as db:
        stored = database.meta(db, SHARD)
        slugs = _column(db, "SELECT slug FROM projects WHERE tracked ORDER BY slug")
    if stored is not None and stored != str(shard or ""):
        raise UsageError(
            f"{path} is shard {stored}{f', not {shard}' if shard else ''}.",
            f"Sync it with --shard {stored}, or name another file with --db.",
        )
    other = next((slug for slug in slugs if shard and not shard.holds(slug)), None)
    if other is not None:
        raise UsageError(
            f'{path} holds the project "{other}", which is not in shard {shard}.',
            "Name the shard's own file with --db; `collect shard split` makes one of an existing database.",
        )


def _require_whole(folder: Path, found: Sequence[ShardFile]) -> None:
    counts = sorted({one.shard.count for one in found})
    if len(counts) > 1:
        raise DatabaseError(
            f"{folder} holds shards of several sets: of {' and of '.join(map(str, counts))}.",
            "Move the shards of the others elsewhere.",
        )
    numbers = [one.shard.number for one in found]
    twice = next((one for one, other in pairwise(found) if one.shard == other.shard), None)
    if twice is not None:
        raise DatabaseError(
            f"Shard {twice.shard} is in {folder} twice, as {twice.path.name} and in another file.",
            "Keep the one that is synced, and move the other elsewhere.",
        )
    missing = [str(n) for n in range(1, counts[0] + 1) if n not in numbers]
    if missing:
        raise DatabaseError(
            f"{folder} lacks shard {', '.join(missing)} of {counts[0]}.", "Copy the missing files into the folder."
        )


def _read(path: Path) -> ShardFile:
    database.require_sqlite()
    with database.plain_words(path), closing(database.connect(path, "rw")) as db:
        _require_version(path, db)
        text = database.meta(db, SHARD)
        try:
            shard = Shard.parse(text or "")
        except ValueError:
            raise DatabaseError(
                f"{path} is a whole database, not a shard.", "Keep only shards in the folder."
            ) from None
        return ShardFile(
            path,
            shard,
            path.stat().st_size,
            _column(db, "SELECT slug FROM projects ORDER BY slug"),
            _column(db, "SELECT full_name FROM repositories ORDER BY full_name"),
            db.execute("SELECT max(started_at) FROM sync_runs").fetchone()[0],
            database.meta(db, hash_key.FINGERPRINT),
        )


def _require_version(path: Path, db: sqlite3.Connection) -> None:
    applied, known = migrations.applied(db), migrations.known()
    if not applied:
        raise DatabaseError(f"{path} is not a database of collect.", "Keep only shards in the folder.")
    if applied != known:
        other = "a newer" if applied - known else "an older"
        name = max(applied ^ known)
        raise DatabaseError(
            f"The shard {path} is of {other} version of collect ({name}).",
            "Upgrade collect." if applied - known else f"`collect signals --db '{path}'` migrates it.",
        )


def _column(db: sqlite3.Connection, sql: str) -> tuple[str, ...]:
    return tuple(row[0] for row in db.execute(sql))
