"""Down to where an incremental pass reads a list again: the watermark, less an overlap."""

from datetime import timedelta

from collector import clock

# GitHub's answers may lag behind its own clock: what it dates shortly before the watermark is read once more.
OVERLAP = timedelta(hours=1)


def floor(watermark: str | None) -> str:
    """The time below which nothing of a list is new, as the database writes it; "" before the first complete pass."""
    return clock.to_text(clock.from_text(watermark) - OVERLAP) if watermark else ""
