"""Contributors: whether the work is spreading over more people, or narrowing."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from collector.method import curves
from collector.method.signal import Signal
from collector.method.signals.commit_frequency import AuthorDay
from collector.method.signals.contributors import LEAST_AUTHOR_DAYS, LEAST_WEEKS, effective_numbers
from collector.method.statistics import bootstrap
from collector.method.statistics.concentration import effective_number
from collector.method.statistics.trend import theil_sen
from collector.method.window import WEEKS, Window
from collector.plain import plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUARTERS = 8
QUARTER_WEEKS = 13
LEAST_QUARTERS = 6
# A year of the method has 52 weeks.
QUARTERS_A_YEAR = WEEKS / QUARTER_WEEKS
BLOCK_WEEKS = 4


def concentration_trend(
    author_days: Collection[AuthorDay],
    start: datetime,
    window: Window,
    created_at: datetime,
    project: str,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """Is the work spreading over more people, or narrowing?

    `author_days` are the substantive author-days of the two years to the window's end, `start` the beginning of the
    database, before which nothing is known, `created_at` the creation of the oldest repository, `project` the slug
    that seeds the draws. The value is the Theil-Sen slope, per year, of the logarithm of the effective number of
    people active in at least 3 weeks, over the last 8 windows of 13 weeks that have 30 of their author-days. The
    interval is a block bootstrap within each of these. Companions: the 90 % interval, and a `direction` only when that
    leaves out 0. n is the windows used.
    """
    key = "concentration_trend"
    worked = _by_quarter(author_days, window, start)
    amounts = {quarter: [weeks.total() for weeks in people] for quarter, people in worked.items()}
    used = [quarter for quarter in sorted(worked) if sum(amounts[quarter]) >= LEAST_AUTHOR_DAYS]
    n = len(used)
    levels = {quarter: effective_number(amounts[quarter]) for quarter in used}
    companions: dict[str, object] = {"effective_contributors": {str(q - QUARTERS): levels[q] for q in used}}
    reason = window.too_young(created_at)
    if reason is None and n < LEAST_QUARTERS:
        found = plural(n, f"window of {QUARTER_WEEKS} weeks", f"windows of {QUARTER_WEEKS} weeks")
        reason = f"{found} with {LEAST_AUTHOR_DAYS} author-days or more, {LEAST_QUARTERS} needed"
    if reason:
        return Signal.insufficient(key, reason, n=n, naive=naive, companions=companions, excluded=excluded)
    years = [quarter / QUARTERS_A_YEAR for quarter in used]
    value = theil_sen(years, [math.log(levels[quarter]) for quarter in used])
    slopes = _drawn_slopes(project, key, window.as_of, [worked[quarter] for quarter in used], years)
    inner = bootstrap.percentile_interval(slopes, value, 0.90)
    companions |= {"low_90": inner[0], "high_90": inner[1], "direction": _direction(inner)}
    return Signal.measured(
        key,
        value=value,
        interval=bootstrap.percentile_interval(slopes, value),
        n=n,
        score=curves.score(key, value),
        naive=naive,
        companions=companions,
        excluded=excluded,
    )


def quarter_start(window: Window, quarter: int) -> date:
    """The first day of the 13 weeks with number `quarter`, 0 the oldest of the 8 that end with the window."""
    return window.end.date() - timedelta(weeks=QUARTER_WEEKS * (QUARTERS - quarter))


def _by_quarter(author_days: Collection[AuthorDay], window: Window, start: datetime) -> dict[int, list[Counter[int]]]:
    """Quarter -> the author-days in each of its weeks (0..12) of everyone active in enough of them."""
    found: dict[int, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    first = quarter_start(window, 0).toordinal()
    known = {quarter for quarter in range(QUARTERS) if quarter_start(window, quarter) >= start.date()}
    for person, day in set(author_days):
        quarter, within = divmod(day.toordinal() - first, 7 * QUARTER_WEEKS)
        if person is not None and quarter in known:
            found[quarter][person][within // 7] += 1
    return {
        quarter: [weeks for weeks in people.values() if len(weeks) >= LEAST_WEEKS] for quarter, people in found.items()
    }


def _direction(inner: tuple[float, float]) -> str | None:
    if inner[0] > 0:
        return "spreading"
    return "narrowing" if inner[1] < 0 else None


def _drawn_slopes(
    project: str, key: str, as_of: date, quarters: list[list[Counter[int]]], years: list[float]
) -> "NDArray[np.float64]":
    """The slope in each draw, shape (draws,).

    13 weeks are no whole number of four-week blocks, so each window is drawn anew from its own weeks by the circular
    block bootstrap: three blocks of four weeks and one of a single week, each beginning at any of the 13 and going on
    at the first after the last.
    Source: D. N. Politis and J. P. Romano, A circular block-resampling procedure for stationary data (1992).
    """
    import numpy as np

    rng = bootstrap.generator(project, key, as_of)
    whole, rest = divmod(QUARTER_WEEKS, BLOCK_WEEKS)
    logs = np.empty((len(quarters), bootstrap.DRAWS))
    rows = np.arange(bootstrap.DRAWS)
    for place, worked in enumerate(quarters):
        drawn = np.zeros((bootstrap.DRAWS, QUARTER_WEEKS))
        for length in (*[BLOCK_WEEKS] * whole, rest):
            begin = rng.integers(0, QUARTER_WEEKS, bootstrap.DRAWS)
            for week in range(length):
                drawn[rows, (begin + week) % QUARTER_WEEKS] += 1
        logs[place] = np.log(effective_numbers(drawn, worked))
    pairs = [(logs[j] - logs[i]) / (years[j] - years[i]) for i, j in combinations(range(len(years)), 2)]
    slopes: NDArray[np.float64] = np.median(pairs, axis=0)
    return slopes
