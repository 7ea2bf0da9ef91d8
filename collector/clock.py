"""Timestamps in the database's format, and how far this machine's clock differs from GitHub's.

The format is ISO 8601 in UTC with second precision, such as 2026-01-31T12:00:00Z.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

FAR_FUTURE = "9999"
"""Sorts after every timestamp in the database: the default where a time is missing."""

TRUSTED = timedelta(days=1)
"""As long as this machine's clock differs from GitHub's by no more than this, it decides the date."""

UNREMARKED = timedelta(minutes=10)
"""A larger difference between this machine's clock and GitHub's is warned of."""


def utc_now() -> datetime:
    """Return the current time by this machine's clock, in UTC."""
    return datetime.now(UTC)


def seconds_ahead(ours: float, date: float) -> float:
    """Return by how many seconds this machine's clock is ahead of GitHub's, as a response's Date header tells.

    Both are in seconds since the epoch. The header has whole seconds, and the response took its way:
    https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
    """
    return ours - date


def corrected(ours: datetime, ahead: float | None) -> datetime:
    """Return a time by this machine's clock, or by GitHub's if the two differ by more than TRUSTED.

    `ahead` is that of `seconds_ahead`; None if no response has told it yet.
    """
    return ours if ahead is None or is_trusted(ahead) else ours - timedelta(seconds=ahead)


def is_trusted(ahead: float) -> bool:
    """Return whether this machine's clock, `ahead` seconds ahead of GitHub's, differs by no more than TRUSTED."""
    return abs(ahead) <= TRUSTED.total_seconds()


def to_text(moment: datetime) -> str:
    """Format a datetime for the database. Raises OverflowError when the UTC time is outside the years 1 to 9999."""
    # isoformat, because strftime does not zero-pad the year on Linux: year 1 becomes "1".
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """Parse a timestamp from the database or from GitHub. Without an offset it is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@lru_cache(maxsize=1024)  # two of three times on a page repeat: accounts recur, and most objects were never edited
def normalised(text: str) -> str | None:
    """Convert a timestamp from GitHub or git, with any offset or fraction, to the database's format; None if invalid.

    Git stores whatever the client sends: years with five digits and offsets of 518 hours occur in real repositories
    (https://github.com/GitoxideLabs/gitoxide/issues/1322).
    """
    try:
        return to_text(from_text(text))
    except (ValueError, OverflowError):
        return None


def date_of(moment: datetime) -> date:
    """Return the UTC date of a datetime."""
    return moment.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """Return 00:00 UTC on a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
