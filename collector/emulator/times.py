"""Instants as ISO 8601 UTC text, which sorts as the time does, and values that change with time."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

Moment = str | datetime | date


@lru_cache(maxsize=65536)
def instant(when: Moment) -> str:
    """`when` as YYYY-MM-DDTHH:MM:SSZ; text or a datetime without a zone is taken as UTC, a date as its midnight."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    elif not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=UTC)
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=65536)
def epoch(when: Moment) -> int:
    """Seconds since 1970."""
    return int(datetime.fromisoformat(instant(when)).timestamp())


def later(when: Moment, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> str:
    """`when` and so much more."""
    shift = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return instant(datetime.fromisoformat(instant(when)) + shift)


class Record:
    """Something with attributes that have a value each at any moment.

    A value set before the first one's moment counts from its own moment on; asked about an earlier moment, the
    first value is answered (what does not exist yet is hidden by its owner, not here).
    """

    def __init__(self, at: str, **values: Any) -> None:
        self.at = at
        self._times: dict[str, list[str]] = {name: [at] for name in values}
        self._values: dict[str, list[Any]] = {name: [value] for name, value in values.items()}

    def put(self, at: str, **values: Any) -> Self:
        """From `at` on the attributes have these values."""
        for name, value in values.items():
            if name not in self._times:
                raise TypeError(f"no attribute {name!r}; there are {', '.join(self._times)}")
            place = bisect_right(self._times[name], at)
            self._times[name].insert(place, at)
            self._values[name].insert(place, value)
        return self

    def get(self, name: str, now: str) -> Any:
        """The value at `now`."""
        return self._values[name][max(0, bisect_right(self._times[name], now) - 1)]

    def latest(self, name: str) -> Any:
        """The value that was set for the latest moment, be it past or to come."""
        return self._values[name][-1]

    def last_change(self, now: str) -> str:
        """The moment of the latest change up to `now`."""
        return max(times[max(0, bisect_right(times, now) - 1)] for times in self._times.values())
