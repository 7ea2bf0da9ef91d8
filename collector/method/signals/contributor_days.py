"""How much human presence is there?"""

import math
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from collector.method.author_days import BLOCKS, AuthorDay, author_days, is_regular, weeks_of_people
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import PEOPLES_WORK
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics import bootstrap
from collector.method_constants import (
    BLOCK_WEEKS,
    DAYS_PER_WEEK,
    LEAST_CONTRIBUTOR_DAYS,
    OTHERS_LET_THROUGH,
    OTHERS_PER_REGULARS,
)
from collector.text import lacking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OVER_DAYS_PER_WEEK = f"over_{DAYS_PER_WEEK}_days_a_week"
FULL_MARKS_DAYS = 1_000  # some five people at work all year


def contributor_days(days: Collection[AuthorDay], context: Context) -> Signal:
    """Return the substantive author-days, at most DAYS_PER_WEEK for each person and week.

    Those of all who are not regular, active in under REGULAR_WEEKS weeks, count together at most OTHERS_PER_REGULARS of
    the regulars', but OTHERS_LET_THROUGH in any case: forty accounts of three days each are a crowd, not a team.
    `days` outside the window, and those of nobody known, are ignored. The interval is a block bootstrap; n is the
    value. Companions: `author_days` without any limit, and how many of regulars and of others the week's limit leaves.
    """
    per_week = [Counter(weeks) for weeks in weeks_of_people(days, context.window).values()]
    regulars, others = [0] * BLOCKS, [0] * BLOCKS
    for weeks in per_week:
        blocks = regulars if is_regular(weeks.keys()) else others
        for week, count in weeks.items():
            blocks[week // BLOCK_WEEKS] += min(count, DAYS_PER_WEEK)
    n = _let_through(sum(regulars), sum(others))
    companions: dict[str, object] = {
        "author_days": sum(weeks.total() for weeks in per_week),
        "days_of_regulars": sum(regulars),
        "days_of_others": sum(others),
    }
    reason = context.too_young()
    if reason is None and n < LEAST_CONTRIBUTOR_DAYS:
        reason = lacking(f"{LEAST_CONTRIBUTOR_DAYS} author-days", int(n))
    if reason:
        return context.insufficient(reason, n, companions)
    draws = bootstrap.block_draws(context.generator(), BLOCKS)
    interval = bootstrap.percentile_interval(_drawn(draws @ regulars, draws @ others), n)
    return context.measured(n, interval, n, companions)


def _let_through(regulars: float, others: float) -> float:
    return regulars + min(others, max(regulars * OTHERS_PER_REGULARS, OTHERS_LET_THROUGH))


def _drawn(regulars: "NDArray[np.float64]", others: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the value in each draw. The limit on the others is applied within each."""
    import numpy as np

    limit = np.maximum(regulars * OTHERS_PER_REGULARS, OTHERS_LET_THROUGH)
    drawn: NDArray[np.float64] = regulars + np.minimum(others, limit)
    return drawn


def _curve(days: float) -> float:
    # By the logarithm, since teams differ by orders of magnitude. log1p gives 0 for none.
    return math.log1p(days) / math.log1p(FULL_MARKS_DAYS)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"commits": dashboard.commits(project).count}


SIGNAL = SignalDefinition(
    key="contributor_days",
    family="commit frequency",
    title="Contributor days",
    question="How much human presence is there?",
    unit="days",
    direction="up",
    least_n=f"{LEAST_CONTRIBUTOR_DAYS} author-days",
    reads=("person", "day"),
    compute=lambda context: contributor_days(author_days(context, OVER_DAYS_PER_WEEK), context),
    naive=_naive,
    naive_figures={"commits": "commits of the window on the default branches, by their authors' dates"},
    leaves_out=(*PEOPLES_WORK, OVER_DAYS_PER_WEEK),
    curve=_curve,
    about_people=True,
)
