"""Choose the date of a report, and make sure that its signals are computed."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from collector import clock
from collector.errors import DatabaseError, UsageError
from collector.store.synthetic import is_synthetic

if TYPE_CHECKING:
    from collector.config import Config


Asked = date | timedelta | None
"""A date, or how long before today; None leaves it to the command."""


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
        """Summarise it in one line."""
        mark = "SYNTHETIC " if self.synthetic else ""
        return (
            f"{mark}{self.as_of}: {self.signals} signals, {self.ok} ok, {self.insufficient} insufficient, "
            f"{self.not_observable} not observable, {self.stale} stale"
        )


def together(of_shards: Sequence[Computed]) -> Computed:
    """Return the counts of one date, summed over several databases."""
    signals, ok, insufficient, not_observable, stale = (
        sum(column)
        for column in zip(
            *((c.signals, c.ok, c.insufficient, c.not_observable, c.stale) for c in of_shards), strict=True
        )
    )
    is_any = any(c.synthetic for c in of_shards)
    return Computed(of_shards[0].as_of, is_any, signals, ok, insufficient, not_observable, stale)


def latest(db: sqlite3.Connection, today: date) -> date | None:
    """Return the newest date up to today with computed signals, or None."""
    found = db.execute("SELECT max(as_of) FROM signals WHERE as_of <= ?", [today.isoformat()]).fetchone()[0]
    return date.fromisoformat(found) if found else None


def date_to_compute(db: sqlite3.Connection, asked: Asked, now: datetime) -> date:
    """Return the date to compute: the requested one, or today (in the demo, the day of its last sync).

    Raises UsageError for a future date, and DatabaseError if nothing has been synced yet.
    """
    if not db.execute("SELECT 1 FROM projects LIMIT 1").fetchone():
        raise DatabaseError(
            "The database is empty: nothing has been synced yet.", "Run `collect sync`, or `collect demo`."
        )
    today = clock.date_of(_present(db, now))
    day = today if asked is None else asked if isinstance(asked, date) else today - asked
    if day > today:
        raise UsageError(f"{day} is in the future: the latest possible date is {today}.")
    return day


def _present(db: sqlite3.Connection, now: datetime) -> datetime:
    """Return the current time; in the demo, the time of its last sync."""
    if not is_synthetic(db):
        return now
    return clock.from_text(db.execute("SELECT max(started_at) FROM sync_runs").fetchone()[0])


def date_to_show(db: sqlite3.Connection, asked: Asked, now: datetime) -> date:
    """Return the date to show: the requested one, or the latest computed, or today. Raises as `date_to_compute`.

    Signals dated in the future, left by a wrong clock, are ignored.
    """
    newest = latest(db, clock.date_of(_present(db, now)))
    return newest if asked is None and newest else date_to_compute(db, asked, now)


def ensure_computed(db: sqlite3.Connection, asked: Asked, now: datetime, config: "Callable[[], Config]") -> date:
    """Return `date_to_show` after computing its signals if missing. Raises as `date_to_compute`, and ConfigError."""
    day = date_to_show(db, asked, now)
    if not db.execute("SELECT 1 FROM signals WHERE as_of = ? LIMIT 1", [day.isoformat()]).fetchone():
        compute(db, config(), day)
    return day


def compute(db: sqlite3.Connection, config: "Config", day: date) -> Computed:
    """Compute the signals of a date."""
    from collector.method import compute

    compute.compute(db, config, day)
    return count_computed(db, day)


def count_computed(db: sqlite3.Connection, day: date) -> Computed:
    """Count the computed signals of a date by status."""
    found = db.execute("SELECT status, count(*) FROM signals WHERE as_of = ? GROUP BY status", [day.isoformat()])
    counts: dict[str, int] = dict(found.fetchall())
    statuses = ("ok", "insufficient", "not_observable", "stale")
    return Computed(day.isoformat(), is_synthetic(db), sum(counts.values()), *(counts.get(s, 0) for s in statuses))
