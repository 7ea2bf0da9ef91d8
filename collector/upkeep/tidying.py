"""Old records of runs, and room that the file takes but does not use.

SQLite's statistics (ANALYZE) are left out: with them no command was any quicker.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from collector import clock
from collector.store import database, lock, state
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
            runs = state.delete_runs(db, clock.to_text(now - timedelta(days=keep_days)))
        pays = free_share(db) > WORTH_COMPACTING
        if pays:
            compact(db)
        else:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Tidied(runs, pays, before, path.stat().st_size)


def free_share(db: sqlite3.Connection) -> float:
    """The share of the file's pages that hold nothing."""
    (pages,), (free,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count"))
    return float(free) / max(1, int(pages))


def compact(db: sqlite3.Connection) -> None:
    """Write the file anew, without free pages, and empty the write-ahead log."""
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
