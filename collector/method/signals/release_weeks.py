"""In how many weeks of the year did users get new work?"""

import math
from collections.abc import Collection
from datetime import datetime

from collector import clock
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import RELEASES
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.weekly import weeks_with
from collector.method_constants import LEAST_AGE_WEEKS

FULL_MARKS_WEEKS = 26  # a release in every second week


def release_weeks(releases: Collection[datetime], context: Context) -> Signal:
    """Return the distinct weeks with a counted release, of the weeks of existence, scaled to WINDOW_WEEKS.

    `releases` are times of publication; those outside the window are ignored. n is the weeks of existence.
    """
    if reason := context.too_young():
        return context.insufficient(reason, context.window.weeks_of_existence(context.created_at))
    weeks = weeks_with(releases, context)
    companions: dict[str, object] = {"releases": sum(context.window.week_of(at) is not None for at in releases)}
    return context.measured(weeks.value, weeks.interval, weeks.observed, companions)


def published(context: Context) -> list[datetime]:
    """Return when the counted releases were published."""
    return [clock.from_text(row["published_at"]) for row in context.counted]


def _curve(weeks: float) -> float:
    # By the logarithm: the first releases of a year matter more to users than the last. log1p gives 0 for none.
    return math.log1p(weeks) / math.log1p(FULL_MARKS_WEEKS)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"releases": dashboard.releases(project).count}


SIGNAL = SignalDefinition(
    key="release_weeks",
    family="release cadence",
    title="Weeks with a release",
    question="In how many weeks of the year did users get new work?",
    unit="weeks",
    direction="up",
    least_n=f"{LEAST_AGE_WEEKS} weeks of age",
    reads=("published_at",),
    compute=lambda context: release_weeks(published(context), context),
    naive=_naive,
    naive_figures={"releases": "releases published in the window"},
    leaves_out=RELEASES,
    curve=_curve,
)
