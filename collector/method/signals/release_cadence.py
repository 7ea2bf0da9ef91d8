"""Release cadence: how often users get new work, and how long they wait."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import pairwise

from collector.method import curves
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.method.window import WEEKS, Window


def release_weeks(
    releases: Collection[datetime],
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """In how many weeks of the year did users get new work?

    `releases` are the times of the counted releases (those outside the window are ignored), `created_at` that of the
    oldest repository. The value is distinct weeks with a release, of the weeks of existence, scaled to 52; the
    interval is Wilson's on that share; n is the weeks looked at.
    """
    key = "release_weeks"
    weeks = window.weeks_of_existence(created_at)
    if reason := window.too_young(created_at):
        return Signal.insufficient(key, reason, n=weeks, naive=naive, excluded=excluded)
    hit = window.weeks_with(releases, created_at)
    value = hit * WEEKS / weeks
    low, high = wilson(hit, weeks)
    return Signal.measured(
        key,
        value=value,
        interval=(low * WEEKS, high * WEEKS),
        n=weeks,
        score=curves.score(key, value),
        naive=naive,
        companions={"releases": sum(window.week_of(release) is not None for release in releases)},
        excluded=excluded,
    )


def longest_release_silence(
    releases: Collection[datetime],
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """How long were users left without a release?

    `releases` are the times of the counted releases, `created_at` that of the oldest repository. The value is the
    longest time in days without one, from the window's start (or `created_at`, if later) to as_of, which may be some
    days after the last complete week. The interval is the range of that figure as any one release is left out: it
    can only grow, so `low` is the value itself. With no release it is the whole length. n is the weeks looked at.
    """
    key = "longest_release_silence"
    weeks = window.weeks_of_existence(created_at)
    if reason := window.too_young(created_at):
        return Signal.insufficient(key, reason, n=weeks, naive=naive, excluded=excluded)
    begin, end = max(window.start, created_at), window.as_of_moment
    inside = sorted(release for release in releases if begin <= release < end)
    gaps = [(later - earlier) / timedelta(days=1) for earlier, later in pairwise([begin, *inside, end])]
    value = max(gaps)
    # To leave a release out is to join the gaps on its two sides.
    high = max([value, *(before + after for before, after in pairwise(gaps))])
    return Signal.measured(
        key,
        value=value,
        interval=(value, high),
        n=weeks,
        score=curves.score(key, value),
        naive=naive,
        companions={"releases": len(inside)},
        excluded=excluded,
    )
