"""Old records of runs, and room that the file takes but does not use.

SQLite's statistics (ANALYZE) are left out: with them no command was any quicker.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from collector import clock
from collector.store import database, lock
from collector.store.write import transaction

# Below this share, what is free is soon used again: the derived tables are made anew after every sync.
WORTH_COMPACTING = 0.25


@dataclass(frozen=True)
class Tidied:
    """What was done: runs of which the record was taken away, and the file's size in bytes before and after."""

    runs: int
    compacted: bool
    size_before: int
    size_after: int


def tidy(path: Path, now: datetime, keep_days: int) -> Tidied:
    """Take away records of runs older than `keep_days`, and compact the file when it pays.

    Facts, and what signals are computed from, are never taken away. Raises AlreadyRunning and DatabaseError.
    """
    before = path.stat().st_size if path.exists() else 0
    with (
        lock.held(path, clock.to_text(now)),
        database.plain_words(path),
        closing(database.open_database(path, create=False)) as db,
    ):
        with transaction(db):
            runs = prune_runs(db, clock.to_text(now - timedelta(days=keep_days)))
        pays = free_share(db) > WORTH_COMPACTING
        if pays:
            compact(db)
        else:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Tidied(runs, pays, before, path.stat().st_size)


def prune_runs(db: sqlite3.Connection, before: str) -> int:
    """Delete the records of runs that began before. The last run, and the last that changed anything, stay."""
    db.execute("CREATE TEMP TABLE old_runs (id INTEGER PRIMARY KEY)")
    db.execute(
        "INSERT INTO old_runs SELECT id FROM sync_runs WHERE started_at < ? "
        "AND id NOT IN (SELECT max(id) FROM sync_runs) AND id NOT IN "
        "(SELECT coalesce(max(id), 0) FROM sync_runs WHERE inserted + updated + gone > 0 OR finished_at IS NULL)",
        [before],
    )
    for table in ("sync_run_parts", "sync_errors"):
        db.execute(f"DELETE FROM {table} WHERE run IN (SELECT id FROM old_runs)")
    deleted = db.execute("DELETE FROM sync_runs WHERE id IN (SELECT id FROM old_runs)").rowcount
    db.execute("DROP TABLE old_runs")
    return deleted


def free_share(db: sqlite3.Connection) -> float:
    """The share of the file's pages that hold nothing."""
    (pages,), (free,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count"))
    return float(free) / max(1, int(pages))


def compact(db: sqlite3.Connection) -> None:
    """Write the file anew, without free pages, and empty the write-ahead log."""
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def rebuild_search(db: sqlite3.Connection) -> None:
    """Rebuild the full-text indexes from the stored texts."""
    from sqlite_utils import Database  # imported here: it takes a tenth of a second

    from collector.store.migrations import SEARCHED

    with transaction(db):
        for table in SEARCHED:
            Database(db).table(table).rebuild_fts()
