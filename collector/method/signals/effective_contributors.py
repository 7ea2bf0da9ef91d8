"""How many equally active people would give this concentration of work?"""

import math
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from collector.method.author_days import (
    BLOCKS,
    VISITORS,
    AuthorDay,
    author_days,
    is_occasional,
    is_regular,
    weeks_of_people,
)
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import PEOPLES_WORK
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics import bootstrap
from collector.method.statistics.concentration import (
    contributor_absence_factor,
    drawn_amounts,
    effective_number,
)
from collector.method_constants import (
    BLOCK_WEEKS,
    LEAST_PEOPLE,
    LEAST_SHARED_DAYS,
    OCCASIONAL_WEEKS,
    OTHERS_PER_REGULARS,
    REGULAR_WEEKS,
)
from collector.text import lacking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FULL_MARKS_PEOPLE = 10  # one person scores 0


def effective_contributors(days: Collection[AuthorDay], context: Context) -> Signal:
    """Return the effective number of people over the author-days of those active in OCCASIONAL_WEEKS weeks or more.

    Regular are those active in REGULAR_WEEKS or more. The author-days of the others, the occasional ones, weigh
    together at most OTHERS_PER_REGULARS of the regulars', all scaled alike. `days` are the substantive author-days;
    those outside the window, and those of nobody known, are ignored. The interval is a block bootstrap, and n the
    weighed sum. Companions: the contributor absence factor, who enters the value, and how many do not.
    """
    weeks_of = weeks_of_people(days, context.window)
    regulars = [weeks for weeks in weeks_of.values() if is_regular(set(weeks))]
    occasional = [weeks for weeks in weeks_of.values() if is_occasional(set(weeks))]
    weight = _weight(sum(map(len, regulars)), sum(map(len, occasional)))
    amounts = [float(len(weeks)) for weeks in regulars] + [weight * len(weeks) for weeks in occasional if weight]
    n, people = sum(amounts), len(regulars) + len(occasional)
    companions: dict[str, object] = {
        "people": people,
        "regulars": len(regulars),
        f"people_under_{OCCASIONAL_WEEKS}_weeks": len(weeks_of) - people,
    }
    if reason := context.too_young() or _too_few(n, people, len(regulars)):
        return context.insufficient(reason, n, companions)
    value = effective_number(amounts)
    interval = bootstrap.percentile_interval(_drawn(context, regulars, occasional), value)
    absence = contributor_absence_factor(amounts)
    return context.measured(value, interval, n, {"contributor_absence_factor": absence, **companions})


def _weight(regulars: float, occasional: float) -> float:
    """Return the weight of a day of an occasional contributor."""
    return min(1.0, regulars * OTHERS_PER_REGULARS / occasional) if occasional else 1.0


def _too_few(n: float, people: int, regulars: int) -> str | None:
    if not regulars:
        return f"no_regulars: nobody was active in {REGULAR_WEEKS} weeks or more"
    if n >= LEAST_SHARED_DAYS and people >= LEAST_PEOPLE:
        return None
    needed = f"{LEAST_SHARED_DAYS} author-days by {LEAST_PEOPLE} people active in {OCCASIONAL_WEEKS} weeks or more"
    return lacking(needed, int(n), people)


def _drawn(context: Context, regulars: list[list[int]], occasional: list[list[int]]) -> "NDArray[np.float64]":
    """Return the value in each draw.

    Who is a regular is a fact of the whole window, and not drawn: a visitor of one week would become one whenever that
    week's block is drawn often. The weight of the others is recomputed in each draw.
    """
    import numpy as np

    draws = bootstrap.block_draws(context.generator(), BLOCKS)
    of_regulars, of_others = (
        drawn_amounts(draws, [Counter(week // BLOCK_WEEKS for week in weeks) for weeks in group])
        for group in (regulars, occasional)
    )
    limit = np.divide(
        of_regulars.total * OTHERS_PER_REGULARS,
        of_others.total,
        out=np.ones_like(of_others.total),
        where=of_others.total > 0,
    )
    return (of_regulars + of_others.scaled(np.minimum(limit, 1.0))).effective_numbers()


def _curve(people: float) -> float:
    return math.log(max(people, 1)) / math.log(FULL_MARKS_PEOPLE)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"commit_authors": dashboard.commits(project).authors}


SIGNAL = SignalDefinition(
    key="effective_contributors",
    family="contributors",
    title="Effective contributors",
    question="How many equally active people would give this concentration of work?",
    unit="people",
    direction="up",
    least_n=f"{LEAST_SHARED_DAYS} author-days by {LEAST_PEOPLE} people",
    reads=("person", "day"),
    compute=lambda context: effective_contributors(author_days(context, VISITORS), context),
    naive=_naive,
    naive_figures={"commit_authors": "accounts that are authors of commits of the window, by these commits' dates"},
    leaves_out=(*PEOPLES_WORK, VISITORS),
    curve=_curve,
    about_people=True,
)
