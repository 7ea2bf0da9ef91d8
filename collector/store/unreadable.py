"""Record the parts of objects that GitHub does not serve, and when they are asked for again."""

import sqlite3
from collections.abc import Iterable
from datetime import timedelta

from collector import clock
from collector.store import state
from collector.store.batch import Batch, Unreadable

# Backoff: such a part is asked for again after 1, 2, 4, ... days, at most this.
LONGEST_PAUSE = timedelta(days=32)


def record(connection: sqlite3.Connection, batch: Batch, repository: int, now: str) -> int:
    """Record what GitHub did not serve, and schedule the retries with exponential backoff. Returns how many parts."""
    connection.executemany(
        "DELETE FROM unreadable WHERE repository = ? AND kind = ? AND key = ?",
        [(repository, kind, key) for kind, key in batch.readable],
    )
    connection.executemany(
        "DELETE FROM unreadable WHERE repository = ? AND kind = ? AND key = ? AND part = ?",
        [(repository, *part) for part in batch.readable_parts],
    )
    for u in batch.unreadable:
        known = connection.execute(
            "SELECT attempts FROM unreadable WHERE repository = ? AND kind = ? AND key = ? AND part = ?",
            [repository, u.kind, u.key, u.part],
        ).fetchone()
        attempts = known[0] + 1 if known else 1
        pause = timedelta(days=min(2 ** (attempts - 1), LONGEST_PAUSE.days))
        again = clock.to_text(clock.from_text(now) + pause)
        connection.execute(
            "INSERT INTO unreadable VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (repository, kind, key, part) "
            "DO UPDATE SET url = excluded.url, error = excluded.error, last_asked_at = excluded.last_asked_at, "
            "attempts = excluded.attempts, ask_again_at = excluded.ask_again_at",
            [repository, u.kind, u.key, u.part, u.url, u.error, now, now, attempts, again],
        )
    return len(batch.unreadable)


def record_errors(
    connection: sqlite3.Connection, run: int | None, repository: str, parts: Iterable[Unreadable], now: str
) -> None:
    """Insert a row into sync_errors for each part of an object that GitHub did not serve."""
    for part in parts:
        error = f"{part.part or 'the object'} of {part.url} is not served: {part.error}"
        state.record_error(connection, run, repository, part.kind, error, now)
