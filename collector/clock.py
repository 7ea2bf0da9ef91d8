"""Time as the database writes it: ISO 8601 in UTC to the second, with Z."""

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    """The present, by this machine's clock."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """A moment as the database writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """The moment that a text of the database or of GitHub's stands for. Raises ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def normalised(text: str) -> str:
    """GitHub's time, whatever its offset, as the database writes it. Raises ValueError when it is none."""
    if len(text) == 20 and text[10] == "T" and text[19] == "Z":
        return text
    return to_text(from_text(text))


def date_of(moment: datetime) -> date:
    """The UTC date of a moment."""
    return moment.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """00:00 UTC of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
