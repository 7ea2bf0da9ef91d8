"""Time as the database writes it: ISO 8601 in UTC to the second, with Z."""

from datetime import UTC, date, datetime
from functools import lru_cache

FAR_FUTURE = "9999"
"""A text that comes after every time that the database can hold."""


def utc_now() -> datetime:
    """The present, by this machine's clock."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """A moment as the database writes it. Raises OverflowError when its offset leads out of the years 1 to 9999."""
    # Not strftime, which writes the year 1 as "1" on Linux.
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """The moment that a text of the database or of GitHub's stands for. Raises ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@lru_cache(maxsize=1024)  # accounts recur, and most objects are never edited: two in three times of a page are known
def normalised(text: str) -> str | None:
    """A time of GitHub's or git's, with any offset or fraction, as the database writes it; None when it is none.

    Git stores whatever a client claims: years of five digits and offsets of 518 hours exist
    (GitoxideLabs/gitoxide#1322).
    """
    try:
        return to_text(from_text(text))
    except (ValueError, OverflowError):
        return None


def date_of(moment: datetime) -> date:
    """The UTC date of a moment."""
    return moment.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """00:00 UTC of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
