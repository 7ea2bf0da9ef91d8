"""How much human presence is there?"""

import math
from collections import Counter
from collections.abc import Collection

from collector.method.author_days import BLOCKS, AuthorDay, author_days
from collector.method.constants import BLOCK_WEEKS, DAYS_PER_WEEK, LEAST_CONTRIBUTOR_DAYS
from collector.method.definition import Context, SignalDefinition
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics import bootstrap
from collector.text import plural

OVER_DAYS_PER_WEEK = f"over_{DAYS_PER_WEEK}_days_a_week"
FULL_MARKS_DAYS = 1_000  # some five people at work all year


def contributor_days(days: Collection[AuthorDay], context: Context) -> Signal:
    """Substantive author-days, at most DAYS_PER_WEEK for each person and week.

    `days` outside the window, and those of nobody known, are ignored. The interval is a block bootstrap; n is the
    value. The companion `author_days` is the number without the limit.
    """
    per_week = Counter(
        (person, week)
        for person, day in set(days)
        if person is not None and (week := context.window.week_of(day)) is not None
    )
    blocks = [0] * BLOCKS
    for (_, week), count in per_week.items():
        blocks[week // BLOCK_WEEKS] += min(count, DAYS_PER_WEEK)
    n = sum(blocks)
    companions: dict[str, object] = {"author_days": per_week.total()}
    reason = context.too_young()
    if reason is None and n < LEAST_CONTRIBUTOR_DAYS:
        reason = f"{plural(n, 'author-day')}, {LEAST_CONTRIBUTOR_DAYS} needed"
    if reason:
        return context.insufficient(reason, n, companions)
    drawn = bootstrap.block_draws(context.generator(), BLOCKS) @ blocks
    return context.measured(float(n), bootstrap.percentile_interval(drawn, float(n)), n, companions)


def _curve(days: float) -> float:
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
    compute=lambda context: contributor_days(author_days(context, OVER_DAYS_PER_WEEK), context),
    naive=_naive,
    curve=_curve,
    about_people=True,
)
