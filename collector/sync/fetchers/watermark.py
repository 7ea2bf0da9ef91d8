"""The point down to which an incremental pass reads a list: the watermark, less an overlap."""

from datetime import timedelta

from collector import clock

# A row may appear in GitHub's list later than its own timestamp says: the last hour is always read again.
OVERLAP = timedelta(hours=1)


def floor(watermark: str | None) -> str:
    """Return the time, as text, below which nothing in a list is new; "" before the first complete pass."""
    return clock.to_text(clock.from_text(watermark) - OVERLAP) if watermark else ""
