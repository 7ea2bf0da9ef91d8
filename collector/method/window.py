"""The year that a signal looks at: complete ISO weeks, in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from collector.method_constants import BLOCK_WEEKS, LEAST_AGE_WEEKS, STALE_AFTER_DAYS, WINDOW_WEEKS
from collector.text import plural

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Window:
    """The complete ISO weeks (WINDOW_WEEKS) that end on the last Monday 00:00 UTC not after `as_of`.

    Weeks are numbered from 0, the oldest. Times given to the methods are timezone-aware datetimes, or dates, which
    stand for 00:00 UTC.
    """

    as_of: date
    start: datetime = field(init=False)
    end: datetime = field(init=False)
    _first_day: int = field(init=False, repr=False)  # of `start`, as an ordinal

    def __post_init__(self) -> None:
        end = _midnight(self.as_of - timedelta(days=self.as_of.weekday()))
        object.__setattr__(self, "end", end)
        object.__setattr__(self, "start", end - WINDOW_WEEKS * _WEEK)
        object.__setattr__(self, "_first_day", self.start.toordinal())

    @property
    def as_of_moment(self) -> datetime:
        """Return 00:00 UTC of `as_of`."""
        return _midnight(self.as_of)

    def week_of(self, when: date | datetime) -> int | None:
        """Return the number of the week of `when`, None outside the window."""
        # Dates by ordinals: faster than by timedeltas, and most calls pass dates.
        is_moment = isinstance(when, datetime)
        week = (when - self.start) // _WEEK if is_moment else (when.toordinal() - self._first_day) // 7
        return week if 0 <= week < WINDOW_WEEKS else None

    def is_stale(self, completed_at: datetime) -> bool:
        """Return whether data that was last complete at that time is too old to judge by."""
        return self.as_of_moment - completed_at > timedelta(days=STALE_AFTER_DAYS)

    def too_young(self, created_at: datetime) -> str | None:
        """Return why a project whose oldest repository was created then is too young to judge, None if it is not."""
        age = (self.as_of_moment - created_at) / _WEEK
        if age >= LEAST_AGE_WEEKS:
            return None
        if age < 0:
            return "the oldest repository did not exist yet"
        return f"the oldest repository is {plural(int(age), 'week')} old, {LEAST_AGE_WEEKS} needed"

    def weeks_of_existence(self, created_at: datetime) -> int:
        """Return how many weeks of the window overlap the existence of a project created at `created_at`."""
        begun = (created_at - self.start) // _WEEK
        return WINDOW_WEEKS - min(max(begun, 0), WINDOW_WEEKS)

    def blocks_of_existence(self, created_at: datetime) -> int:
        """Return how many blocks of BLOCK_WEEKS weeks of the window overlap the existence of a project created then."""
        return -(-self.weeks_of_existence(created_at) // BLOCK_WEEKS)

    def weeks_with(self, times: Iterable[date | datetime], created_at: datetime) -> int:
        """Return in how many weeks of existence at least one of `times` falls.

        Imported history can be older than the repository. Weeks before it do not count, so that the share of weeks
        stays at most 1.
        """
        first = WINDOW_WEEKS - self.weeks_of_existence(created_at)
        return len({week for week in map(self.week_of, times) if week is not None and week >= first})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
