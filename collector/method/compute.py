"""From facts to signals: derived tables, evidence for a date, and the signals computed from it."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from collector import clock, landing
from collector.config import Config
from collector.landing.derive import derive
from collector.method import curves, evidence, measure
from collector.method.signal import METHOD_VERSION, Signal
from collector.method.window import Window
from collector.store import accounts
from collector.store.batches import transaction

WINDOW_DAYS = 364
# With fewer, making a process takes longer than it saves.
FEWEST_DATES_A_PROCESS = 8

Row = tuple[Any, ...]
"""A row of the table `signals`."""


def prepare(db: sqlite3.Connection, config: Config) -> None:
    """Make the derived tables anew when facts or configuration changed since. Opens its own transaction."""
    mark = _mark(db, config)
    row = db.execute("SELECT value FROM meta WHERE key = 'derived_from'").fetchone()
    if row and row[0] == mark:
        return
    with transaction(db):
        # The configuration's list of bots may have changed since the sync.
        accounts.mark_bots(db, config)
        derive(db, config)
        db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('derived_from', ?)", [mark])


def compute(db: sqlite3.Connection, config: Config, as_of: date) -> None:
    """Write the signals of every tracked project as of a date, in place of those that were written of it before.

    The database's own views are moved to that date when it is the latest one. Opens its own transactions.
    """
    prepare(db, config)
    latest = db.execute("SELECT max(as_of) FROM as_of").fetchone()[0]
    with transaction(db):
        if latest is None or clock.to_text(clock.midnight(as_of)) >= latest:
            evidence.use(db, as_of, temporary=False)
        evidence.work_out(db, as_of)
        _store(db, _rows(db, config, as_of), as_of)
        evidence.drop_temporary(db)


def compute_series(db: sqlite3.Connection, config: Config, dates: Sequence[date]) -> Iterator[date]:
    """Like `compute` for each of `dates`, worked out on all processors; each date is yielded when it is written.

    The database must be a file. Opens its own transactions.
    """
    prepare(db, config)
    (path,) = (row[2] for row in db.execute("PRAGMA database_list") if row[1] == "main")
    workers = min(os.cpu_count() or 1, len(dates) // FEWEST_DATES_A_PROCESS)
    if workers < 2:
        for day in dates:
            compute(db, config, day)
            yield day
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    *earlier, last = sorted(dates)
    with ProcessPoolExecutor(workers, get_context("spawn"), _open, (path, config)) as pool:
        for day, rows in zip(earlier, pool.map(_rows_apart, earlier), strict=True):
            with transaction(db):
                _store(db, rows, day)
            yield day
    # The last one may move the database's own views.
    compute(db, config, last)
    yield last


# Of a process that works out dates: its own connection, which only reads, and the configuration.
_apart: tuple[sqlite3.Connection, Config] | None = None


def _open(path: str, config: Config) -> None:
    global _apart
    _apart = (sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True, isolation_level=None), config)


def _rows_apart(as_of: date) -> list[Row]:
    assert _apart is not None
    db, config = _apart
    db.execute("BEGIN")
    try:
        evidence.work_out(db, as_of)
        return _rows(db, config, as_of)
    finally:
        db.execute("ROLLBACK")


def forget_future(db: sqlite3.Connection, today: date) -> None:
    """Take away the signals of days that have not come yet, which a wrong clock left: they would stay the latest.

    Opens its own transaction.
    """
    with transaction(db):
        db.execute("DELETE FROM signals WHERE as_of > ?", [today.isoformat()])
        db.execute("DELETE FROM as_of WHERE as_of > ?", [clock.to_text(clock.midnight(today))])


def series(last: date, count: int, every: str) -> list[date]:
    """`count` dates up to `last`: Mondays for `week`, firsts of the month for `month`; oldest first."""
    out = []
    day = last - timedelta(days=last.weekday()) if every == "week" else last.replace(day=1)
    for _ in range(count):
        out.append(day)
        day = day - timedelta(days=7) if every == "week" else (day - timedelta(days=1)).replace(day=1)
    return out[::-1]


def _mark(db: sqlite3.Connection, config: Config) -> str:
    """Changes whenever the derived tables could come out differently."""
    # A run that was killed, or is still at work, has not said yet what it changed.
    last = db.execute(
        "SELECT id, finished_at FROM sync_runs WHERE inserted + updated + gone > 0 OR finished_at IS NULL "
        "ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return f"{METHOD_VERSION}:{_rules()}:{config.hash()}:{last}"


@cache
def _rules() -> str:
    """A digest of the program text that writes the derived tables: a new version may decide otherwise."""
    texts = [path.read_bytes() for path in sorted(files(landing).iterdir(), key=str) if path.name.endswith(".py")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def _rows(db: sqlite3.Connection, config: Config, as_of: date) -> list[Row]:
    """The signals of every tracked project as rows of the table, by the evidence worked out for that date."""
    rows, config_hash = [], config.hash()
    for project, s in measure.signals(db, measure.projects(db, config), Window(as_of)):
        low, high = _score_range(s)
        rows.append(
            (
                project.slug,
                s.key,
                as_of.isoformat(),
                WINDOW_DAYS,
                s.status.value,
                s.reason,
                s.value,
                s.low,
                s.high,
                s.unit,
                s.n,
                s.score,
                low,
                high,
                json.dumps(s.naive, sort_keys=True),
                json.dumps(s.companions, sort_keys=True),
                json.dumps(s.excluded, sort_keys=True),
                METHOD_VERSION,
                config_hash,
            )
        )
    return rows


def _store(db: sqlite3.Connection, rows: list[Row], as_of: date) -> None:
    db.execute("DELETE FROM signals WHERE as_of = ?", [as_of.isoformat()])
    db.executemany(f"INSERT INTO signals VALUES ({', '.join('?' * 19)})", rows)


def _score_range(s: Signal) -> tuple[float | None, float | None]:
    """The scores of the interval's ends, the smaller first: some signals are better when they are low."""
    if s.low is None or s.high is None:
        return None, None
    ends = sorted((curves.score(s.key, s.low), curves.score(s.key, s.high)))
    return ends[0], ends[1]
