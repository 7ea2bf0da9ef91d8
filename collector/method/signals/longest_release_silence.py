"""How long were users left without a release?"""

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import pairwise

from collector.method.ageing import Ageing, days_later
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import RELEASES
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.signals.release_weeks import published
from collector.method_constants import LEAST_AGE_WEEKS, WINDOW_DAYS

FULL_MARKS_DAYS = 30  # a silence of the whole window scores 0


def longest_release_silence(releases: Collection[datetime], context: Context) -> Signal:
    """Return the most days without a counted release, from the window's start or the project's creation to the date.

    `releases` are times of publication. The date may lie some days after the last complete week. The interval is the
    range of the value when any one release is left out: leaving one out can only make the silence longer, so `low` is
    the value itself. Without a release the value is the whole time. n is the weeks of existence.
    """
    window, created_at = context.window, context.created_at
    weeks = window.weeks_of_existence(created_at)
    if reason := context.too_young():
        return context.insufficient(reason, weeks)
    begin, end = max(window.start, created_at), window.as_of_moment
    inside = sorted(release for release in releases if begin <= release < end)
    gaps = [(later - earlier) / timedelta(days=1) for earlier, later in pairwise([begin, *inside, end])]
    value = max(gaps)
    # Without a release, the gaps before and after it are one.
    high = max([value, *(before + after for before, after in pairwise(gaps))])
    return context.measured(value, (value, high), weeks, {"releases": len(inside)})


def _curve(days: float) -> float:
    full = math.log(FULL_MARKS_DAYS)
    return 1 - (math.log(max(days, FULL_MARKS_DAYS)) - full) / (math.log(WINDOW_DAYS) - full)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"days_since_last_release": dashboard.releases(project).days_since_last}


def _aged_naive(naive: dict[str, object], days: int) -> dict[str, object]:
    since = naive["days_since_last_release"]
    return {"days_since_last_release": days_later(since, days) if isinstance(since, float) else None}


SIGNAL = SignalDefinition(
    key="longest_release_silence",
    family="release cadence",
    title="Longest wait for a release",
    question="How long were users left without a release?",
    unit="days",
    direction="down",
    least_n=f"{LEAST_AGE_WEEKS} weeks of age",
    ageing=Ageing(naive=_aged_naive),
    reads=("published_at",),
    compute=lambda context: longest_release_silence(published(context), context),
    naive=_naive,
    naive_figures={"days_since_last_release": "days from the last release to the date"},
    leaves_out=RELEASES,
    curve=_curve,
)
