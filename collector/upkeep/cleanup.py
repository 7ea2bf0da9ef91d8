"""Delete old records of sync runs, and compact the database file.

ANALYZE is not run: with its statistics no command was measurably faster.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from collector import clock
from collector.store import database, lock, state
from collector.store.write import transaction

# A smaller share of free pages is soon used again, because the derived tables are rebuilt after every sync.
WORTH_COMPACTING = 0.25


@dataclass(frozen=True)
class Cleanup:
    """What was done: number of deleted run records, and the file's size in bytes before and after."""

    runs: int
    compacted: bool
    size_before: int
    size_after: int


def clean_up(path: Path, now: datetime, keep_days: int) -> Cleanup:
    """Delete the records of runs older than `keep_days`, and compact the file when worthwhile.

    Facts, and what signals are computed from, are never deleted. Raises AlreadyRunning and DatabaseError.
    """
    before = path.stat().st_size if path.exists() else 0
    with (
        lock.held(path, clock.to_text(now), "upkeep"),
        database.plain_words(path),
        closing(database.open_database(path, create=False)) as db,
    ):
        with transaction(db):
            runs = state.delete_runs(db, clock.to_text(now - timedelta(days=keep_days)))
        pays = free_share(db) > WORTH_COMPACTING
        if pays:
            compact(db)
        else:
            # As `compact` does: else what was deleted would still be in the write-ahead log.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Cleanup(runs, pays, before, path.stat().st_size)


def free_share(db: sqlite3.Connection) -> float:
    """Return the share of the file's pages that are free (0 to 1)."""
    (pages,), (free,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count"))
    return float(free) / max(1, int(pages))


def compact(db: sqlite3.Connection) -> bool:
    """Rewrite the file without free pages (VACUUM) and truncate the write-ahead log.

    Returns whether the log was truncated: readers of an earlier state prevent it.
    https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    db.execute("VACUUM")
    (is_busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy
