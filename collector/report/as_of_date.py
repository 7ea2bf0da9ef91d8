"""Which date a report speaks of, and that its signals are there."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from collector import clock
from collector.errors import DatabaseError, UsageError
from collector.store import database

if TYPE_CHECKING:
    from collector.config import Config


@dataclass(frozen=True)
class Computed:
    """The signals of one date, counted by status."""

    as_of: str
    synthetic: bool
    signals: int
    ok: int
    insufficient: int
    not_observable: int
    stale: int

    def sentence(self) -> str:
        """One line about it."""
        mark = "SYNTHETIC " if self.synthetic else ""
        return (
            f"{mark}{self.as_of}: {self.signals} signals, {self.ok} ok, {self.insufficient} insufficient, "
            f"{self.not_observable} not observable, {self.stale} stale"
        )


def is_synthetic(db: sqlite3.Connection) -> bool:
    """Whether the database holds invented projects."""
    return database.meta(db, "synthetic") == "1"


def latest(db: sqlite3.Connection, today: date) -> date | None:
    """The newest date up to today whose signals the database holds."""
    found = db.execute("SELECT max(as_of) FROM signals WHERE as_of <= ?", [today.isoformat()]).fetchone()[0]
    return date.fromisoformat(found) if found else None


def checked(db: sqlite3.Connection, asked: date | None, now: datetime) -> date:
    """The date to compute: the one asked for, else today. A pretend world's today is the day of its last sync.

    Raises UsageError for a future date, and DatabaseError when nothing was synced yet.
    """
    if not db.execute("SELECT 1 FROM projects LIMIT 1").fetchone():
        raise DatabaseError("The database is empty: nothing was synced yet.", "Run `collect sync`, or `collect demo`.")
    today = clock.date_of(_present(db, now))
    if asked is not None and asked > today:
        raise UsageError(f"{asked} is in the future: the last date to know anything about is {today}.")
    return asked or today


def _present(db: sqlite3.Connection, now: datetime) -> datetime:
    """The present; in a pretend world, that of its last sync."""
    if not is_synthetic(db):
        return now
    return clock.from_text(db.execute("SELECT max(started_at) FROM sync_runs").fetchone()[0])


def known(db: sqlite3.Connection, asked: date | None, now: datetime) -> date:
    """The date to speak of: the one asked for, else the latest that was computed, else today. Raises as `checked`.

    What a wrong clock left of days that have not come yet is passed over.
    """
    newest = latest(db, clock.date_of(_present(db, now)))
    return newest if asked is None and newest else checked(db, asked, now)


def ready(db: sqlite3.Connection, asked: date | None, now: datetime, config: "Callable[[], Config]") -> date:
    """As `known`; signals of that date that are missing are computed first. Raises as `checked`, and ConfigError."""
    day = known(db, asked, now)
    if not db.execute("SELECT 1 FROM signals WHERE as_of = ? LIMIT 1", [day.isoformat()]).fetchone():
        compute(db, config(), day)
    return day


def compute(db: sqlite3.Connection, config: "Config", day: date) -> Computed:
    """Compute the signals of a date."""
    from collector.method import compute

    compute.compute(db, config, day)
    return computed(db, day)


def computed(db: sqlite3.Connection, day: date) -> Computed:
    """What was computed of a date."""
    found = db.execute("SELECT status, count(*) FROM signals WHERE as_of = ? GROUP BY status", [day.isoformat()])
    counts: dict[str, int] = dict(found.fetchall())
    statuses = ("ok", "insufficient", "not_observable", "stale")
    return Computed(day.isoformat(), is_synthetic(db), sum(counts.values()), *(counts.get(s, 0) for s in statuses))
