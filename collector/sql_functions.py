"""SQL functions that analysts reach for and that SQLite lacks: medians, spreads, and calendar units.

`collect serve` has them in every query; elsewhere call `register` on a connection. `median`, `percentile` and
`percentile_cont` mean what they do in SQLite's own extension, which its shell has since 3.47:
https://www.sqlite.org/percentile.html
"""

import sqlite3
import statistics
from array import array
from datetime import date, datetime, timedelta

from collector import clock

# Of a group: a visitor's query must not fill the memory.
MOST_VALUES = 1_000_000


class _Group:
    """The numbers of a group; NULLs are left out, and anything but a number is an error, as in SQLite's extension."""

    def __init__(self) -> None:
        self.values = array("d")

    def add(self, value: object) -> None:
        if value is None:
            return
        if not isinstance(value, int | float):
            raise ValueError("it takes numbers")
        if len(self.values) == MOST_VALUES:
            raise ValueError(f"a group has more than {MOST_VALUES:,} values")
        self.values.append(value)

    def quantile(self, share: float) -> float | None:
        """Return the value below which that share of the values lies, linearly interpolated."""
        if not self.values:
            return None
        ordered = sorted(self.values)
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class _Median(_Group):
    step = _Group.add

    def finalize(self) -> float | None:
        return self.quantile(0.5)


class _Percentile(_Group):
    """percentile(value, 0 to 100)"""

    top = 100.0
    share: float | None = None

    def step(self, value: object, share: object) -> None:
        if not isinstance(share, int | float) or not 0 <= share <= self.top:
            raise ValueError(f"the second argument is not a number from 0 to {self.top:.0f}")
        if self.share not in (None, share / self.top):
            raise ValueError("the second argument differs from row to row")
        self.share = share / self.top
        self.add(value)

    def finalize(self) -> float | None:
        return None if self.share is None else self.quantile(self.share)


class _PercentileCont(_Percentile):
    """percentile_cont(value, 0 to 1)"""

    top = 1.0


class _Deviation(_Group):
    """stddev(value), of a sample"""

    step = _Group.add

    def finalize(self) -> float | None:
        return statistics.stdev(self.values) if len(self.values) > 1 else None


def register(db: sqlite3.Connection) -> None:
    """Define the functions on a connection."""
    groups = {("median", 1): _Median, ("percentile", 2): _Percentile, ("percentile_cont", 2): _PercentileCont}
    for (name, arguments), group in {**groups, ("stddev", 1): _Deviation}.items():
        # Its type hint knows only aggregates of whole numbers.
        db.create_aggregate(name, arguments, group)  # type: ignore[arg-type]
    db.create_function("days_between", 2, _days_between, deterministic=True)
    db.create_function("week_of", 1, _week_of, deterministic=True)
    db.create_function("quarter_of", 1, _quarter_of, deterministic=True)


def _days_between(begin: str | None, end: str | None) -> float | None:
    """Return the days from one time to another, with fractions; None if either is missing."""
    if begin is None or end is None:
        return None
    return (_moment(end) - _moment(begin)) / timedelta(days=1)


def _week_of(at: str | None) -> str | None:
    """Return the Monday of the ISO week of a time."""
    if at is None:
        return None
    day = date.fromisoformat(at[:10])
    return (day - timedelta(days=day.weekday())).isoformat()


def _quarter_of(at: str | None) -> str | None:
    """Return the quarter of a time, as in 2026-Q1."""
    return None if at is None else f"{at[:4]}-Q{(int(at[5:7]) + 2) // 3}"


def _moment(text: str) -> datetime:
    return clock.from_text(text) if len(text) > 10 else clock.midnight(date.fromisoformat(text))
