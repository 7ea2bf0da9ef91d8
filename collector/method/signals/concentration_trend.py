"""Is the work spreading over more people, or narrowing?"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from collector.method.author_days import VISITORS, AuthorDay, author_days
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import PEOPLES_WORK
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics import bootstrap
from collector.method.statistics.concentration import drawn_amounts, effective_number
from collector.method.statistics.trend import theil_sen
from collector.method.window import Window
from collector.method_constants import (
    BLOCK_WEEKS,
    DIFFERENCE_PERCENT,
    LEAST_QUARTERS,
    LEAST_SHARED_DAYS,
    OCCASIONAL_WEEKS,
    QUARTER_WEEKS,
    TREND_QUARTERS,
    WINDOW_WEEKS,
)
from collector.text import lacking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUARTERS_PER_YEAR = WINDOW_WEEKS / QUARTER_WEEKS
FULL_MARKS_FACTOR = 2  # twice as many people each year; half as many score 0
# The evidence's reasons for what this function judges itself.
ONE_QUARTER = "active_in_one_window_only"
UNUSED_QUARTERS = ("before_lookback", f"window_under_{LEAST_SHARED_DAYS}_author_days")


def concentration_trend(days: Collection[AuthorDay], context: Context) -> Signal:
    """Return the slope, per year, of the logarithm of the effective number of lasting contributors in each quarter.

    `days` are the substantive author-days of the TREND_QUARTERS that end with the window; those of nobody known are
    ignored. In each quarter those count who were active in OCCASIONAL_WEEKS weeks of it and of another. A quarter is
    used when they have LEAST_SHARED_DAYS author-days and it does not begin before the database does. The slope is
    Theil-Sen's, the interval a block bootstrap within each quarter; n is the quarters used. Companions: the effective
    number of each, the narrower interval (DIFFERENCE_PERCENT), and a `direction` only if that interval leaves out 0.
    """
    quarters = _by_quarter(days, context.window, context.project.start)
    amounts = {quarter: [weeks.total() for weeks in people] for quarter, people in quarters.items()}
    used = [quarter for quarter in sorted(quarters) if sum(amounts[quarter]) >= LEAST_SHARED_DAYS]
    n = len(used)
    levels = {quarter: effective_number(amounts[quarter]) for quarter in used}
    companions: dict[str, object] = {
        "effective_contributors": {str(quarter - TREND_QUARTERS): levels[quarter] for quarter in used}
    }
    reason = context.too_young()
    if reason is None and n < LEAST_QUARTERS:
        quarters_needed = (
            f"{LEAST_QUARTERS} windows of {QUARTER_WEEKS} weeks with {LEAST_SHARED_DAYS} author-days or more"
        )
        reason = lacking(quarters_needed, n)
    if reason:
        return context.insufficient(reason, n, companions)
    years = [quarter / QUARTERS_PER_YEAR for quarter in used]
    # Of logarithms, so that doubling and halving are equally steep.
    value = theil_sen(years, [math.log(levels[quarter]) for quarter in used])
    slopes = _drawn_slopes(context.generator(), [quarters[quarter] for quarter in used], years)
    inner = bootstrap.percentile_interval(slopes, value, DIFFERENCE_PERCENT / 100)
    companions |= {"low_90": inner[0], "high_90": inner[1], "direction": _direction(*inner)}
    return context.measured(value, bootstrap.percentile_interval(slopes, value), n, companions)


def quarter_start(window: Window, quarter: int) -> date:
    """Return the first day of a quarter; 0 is the oldest."""
    return window.end.date() - timedelta(weeks=QUARTER_WEEKS * (TREND_QUARTERS - quarter))


def _by_quarter(days: Collection[AuthorDay], window: Window, start: datetime) -> dict[int, list[Counter[int]]]:
    """Return quarter -> for each of its lasting contributors, the author-days in each of its weeks, from 0.

    Quarters that begin before `start`, that of the database, are left out.
    """
    found: dict[int, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    first = quarter_start(window, 0).toordinal()
    known = {quarter for quarter in range(TREND_QUARTERS) if quarter_start(window, quarter) >= start.date()}
    in_week = Counter((person, (day.toordinal() - first) // 7) for person, day in set(days) if person is not None)
    for (person, number), count in in_week.items():
        quarter, week = divmod(number, QUARTER_WEEKS)
        if quarter in known:
            found[quarter][person][week] = count
    staying = Counter(
        person for people in found.values() for person, weeks in people.items() if len(weeks) >= OCCASIONAL_WEEKS
    )
    return {
        quarter: [weeks for person, weeks in people.items() if len(weeks) >= OCCASIONAL_WEEKS and staying[person] > 1]
        for quarter, people in found.items()
    }


def _direction(low: float, high: float) -> str | None:
    if low > 0:
        return "spreading"
    return "narrowing" if high < 0 else None


def _drawn_slopes(
    rng: "np.random.Generator", quarters: list[list[Counter[int]]], years: list[float]
) -> "NDArray[np.float64]":
    """Return the Theil-Sen slope in each draw, shape (draws,). Each quarter is drawn from its own weeks."""
    import numpy as np

    logs = [
        np.log(
            drawn_amounts(bootstrap.circular_block_draws(rng, QUARTER_WEEKS, BLOCK_WEEKS), people).effective_numbers()
        )
        for people in quarters
    ]
    pairs = [(logs[j] - logs[i]) / (years[j] - years[i]) for i, j in combinations(range(len(years)), 2)]
    ordered = np.array(pairs)
    ordered.sort(axis=0)
    # Their median: np.median takes twice as long.
    slopes: NDArray[np.float64] = (ordered[(len(pairs) - 1) // 2] + ordered[len(pairs) // 2]) / 2
    return slopes


def _curve(slope: float) -> float:
    return 0.5 + slope / (2 * math.log(FULL_MARKS_FACTOR))


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    commits = dashboard.commits(project)
    return {
        "commit_authors_this_half_year": commits.authors_this_half_year,
        "commit_authors_the_one_before": commits.authors_half_year_before,
    }


SIGNAL = SignalDefinition(
    key="concentration_trend",
    family="contributors",
    title="Trend of contributors",
    question="Is the work spreading over more people, or narrowing?",
    unit="per year",
    direction="up",
    least_n=f"{LEAST_QUARTERS} windows of {LEAST_SHARED_DAYS} author-days",
    reads=("person", "day"),
    compute=lambda context: concentration_trend(author_days(context, VISITORS, ONE_QUARTER, *UNUSED_QUARTERS), context),
    naive=_naive,
    naive_figures={
        "commit_authors_this_half_year": "accounts that are authors of commits of the window's second half",
        "commit_authors_the_one_before": "the same of its first half",
    },
    leaves_out=(*PEOPLES_WORK, VISITORS, ONE_QUARTER, *UNUSED_QUARTERS),
    curve=_curve,
    about_people=True,
)
