"""Times as ISO 8601 UTC text, which sorts chronologically, and attributes whose values change over time."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

Moment = str | datetime | date


@lru_cache(maxsize=65536)
def instant(when: Moment) -> str:
    """Return a time as YYYY-MM-DDTHH:MM:SSZ. Times without a zone are taken as UTC, a date as its midnight."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    elif not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=UTC)
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=65536)
def epoch(when: Moment) -> int:
    """Return a time as seconds since 1970 (UTC)."""
    return int(datetime.fromisoformat(instant(when)).timestamp())


def later(when: Moment, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> str:
    """Return the time that is this much later than `when`."""
    shift = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return instant(datetime.fromisoformat(instant(when)) + shift)


class Record:
    """An object with attributes whose values change over time.

    Before an attribute's first time, `get` returns its first value: whether an object exists yet is checked by its
    owner, not here.
    """

    def __init__(self, at: str, **values: Any) -> None:
        self.at = at
        self._times: dict[str, list[str]] = {name: [at] for name in values}
        self._values: dict[str, list[Any]] = {name: [value] for name, value in values.items()}

    def put(self, at: str, **values: Any) -> Self:
        """Set values of attributes from `at` on. Raises TypeError for an unknown attribute."""
        for name, value in values.items():
            if name not in self._times:
                raise TypeError(f"unknown attribute {name!r}; the attributes are {', '.join(self._times)}")
            place = bisect_right(self._times[name], at)
            self._times[name].insert(place, at)
            self._values[name].insert(place, value)
        return self

    def get(self, name: str, now: str) -> Any:
        """Return the value at `now`."""
        values = self._values[name]
        return values[0] if len(values) == 1 else values[max(0, bisect_right(self._times[name], now) - 1)]

    def latest(self, name: str) -> Any:
        """Return the value set for the latest time, also if that is in the future."""
        return self._values[name][-1]

    def last_change_of(self, name: str, now: str) -> str | None:
        """Return the time of an attribute's latest change up to `now`, None if it has its first value."""
        times = self._times[name]
        place = bisect_right(times, now) - 1
        return times[place] if place > 0 else None

    def last_change(self, now: str) -> str:
        """Return the time of the latest change up to `now`."""
        return max(times[max(0, bisect_right(times, now) - 1)] for times in self._times.values())
