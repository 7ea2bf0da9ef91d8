"""The year that a signal looks at: 52 complete ISO weeks, in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from collector.plain import plural

WEEKS = 52
WEEKS_PER_BLOCK = 4
BLOCKS = WEEKS // WEEKS_PER_BLOCK
LEAST_AGE_WEEKS = 26

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Window:
    """The 52 complete ISO weeks that end on the last Monday 00:00 UTC not after `as_of` (a date, 00:00 UTC).

    Weeks are numbered 0 (the oldest) to 51; times given to the methods are timezone-aware datetimes, or dates, which
    stand for 00:00 UTC.
    """

    as_of: date
    start: datetime = field(init=False)
    end: datetime = field(init=False)

    def __post_init__(self) -> None:
        end = _moment(self.as_of - timedelta(days=self.as_of.weekday()))
        object.__setattr__(self, "end", end)
        object.__setattr__(self, "start", end - WEEKS * _WEEK)

    @property
    def as_of_moment(self) -> datetime:
        """`as_of` as a time: 00:00 UTC of that date."""
        return _moment(self.as_of)

    def week_of(self, when: date | datetime) -> int | None:
        """The week (0..51) that holds `when`, or None outside the window."""
        # In days for a date, which many calls have and which is quicker than in times.
        if isinstance(when, datetime):
            week = (when - self.start) // _WEEK
        else:
            week = (when.toordinal() - self.start.toordinal()) // 7
        return week if 0 <= week < WEEKS else None

    def block_of(self, when: date | datetime) -> int | None:
        """The four-week block (0..12) that holds `when`, or None outside the window."""
        week = self.week_of(when)
        return None if week is None else week // WEEKS_PER_BLOCK

    def age_weeks(self, created_at: datetime) -> float:
        """Age in weeks, as of `as_of`, of what was created at `created_at`; negative if that is still to come."""
        return (self.as_of_moment - created_at) / _WEEK

    def too_young(self, created_at: datetime) -> str | None:
        """Why a project whose oldest repository is this old cannot be judged yet, or None when it can."""
        age = self.age_weeks(created_at)
        if age >= LEAST_AGE_WEEKS:
            return None
        if age < 0:
            return "the oldest repository did not exist yet"
        return f"the oldest repository is {plural(int(age), 'week')} old, {LEAST_AGE_WEEKS} needed"

    def weeks_of_existence(self, created_at: datetime) -> int:
        """How many of the 52 weeks overlap the existence of a project created at `created_at`."""
        begun = (created_at - self.start) // _WEEK
        return WEEKS - min(max(begun, 0), WEEKS)

    def weeks_with(self, times: Iterable[date | datetime], created_at: datetime) -> int:
        """How many distinct weeks of existence hold at least one of `times`.

        Imported history can be older than the repository; weeks before it do not count, so that the share of weeks
        stays at most 1.
        """
        first = WEEKS - self.weeks_of_existence(created_at)
        return len({week for week in map(self.week_of, times) if week is not None and week >= first})


def _moment(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)
