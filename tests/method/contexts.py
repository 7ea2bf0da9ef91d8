"""Contexts made by hand, for the pure functions of the signals."""

from datetime import UTC, date, datetime, timedelta

from collector.method.definition import Context, SignalDefinition
from collector.method.projects import TrackedProject
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 4))  # a Thursday, three days after the window's end
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
NAIVE: dict[str, object] = {"naive": 99}
EXCLUDED = {"bot": 4}


def context(
    signal: SignalDefinition, created_at: datetime = LONG_AGO, project: str = "demo", start: datetime = LONG_AGO
) -> Context:
    """A project of that age, a database that begins at `start`, and evidence in which only bots were left out."""
    return Context(
        signal=signal,
        project=TrackedProject(
            slug=project,
            note=None,
            configured=1,
            created_at=created_at,
            synced_at=WINDOW.as_of_moment,
            incomplete=(),
            start=start,
            has_issues=True,
            has_pull_requests=True,
            lacking={},
            advisories_at=WINDOW.as_of_moment,
        ),
        window=WINDOW,
        rows=[{"counted": 0, "reason": reason} for reason, count in EXCLUDED.items() for _ in range(count)],
        naive=NAIVE,
    )


def weeks_old(weeks: int) -> datetime:
    """When a project was created that is as many weeks old at the date."""
    return WINDOW.as_of_moment - timedelta(weeks=weeks)


def day(number: int) -> date:
    """A day of the window, 0 the first."""
    return WINDOW.start.date() + timedelta(days=number)
