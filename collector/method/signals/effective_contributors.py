"""How many equally active people would give this concentration of work?"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection

from collector.method.author_days import BLOCKS, UNDER_REGULAR_WEEKS, AuthorDay, author_days
from collector.method.constants import BLOCK_WEEKS, LEAST_REGULAR_DAYS, LEAST_REGULARS, REGULAR_WEEKS
from collector.method.definition import Context, SignalDefinition
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics import bootstrap
from collector.method.statistics.concentration import (
    contributor_absence_factor,
    drawn_effective_numbers,
    effective_number,
)
from collector.text import plural

FULL_MARKS_PEOPLE = 10  # one person scores 0


def effective_contributors(days: Collection[AuthorDay], context: Context) -> Signal:
    """The effective number of people over the author-days of regular contributors.

    Regular are people with work in REGULAR_WEEKS weeks or more. `days` are the substantive author-days; those outside
    the window, and those of nobody known, are ignored. The interval is a block bootstrap of the regulars' author-days,
    and n their number. Companions: the contributor absence factor, `people` who enter the value, and how many do not.
    """
    weeks_of: dict[str, list[int]] = defaultdict(list)
    for person, day in set(days):
        if person is not None and (week := context.window.week_of(day)) is not None:
            weeks_of[person].append(week)
    regulars = [weeks for weeks in weeks_of.values() if len(set(weeks)) >= REGULAR_WEEKS]
    amounts = [len(weeks) for weeks in regulars]
    n, people = sum(amounts), len(amounts)
    companions: dict[str, object] = {"people": people, f"people_under_{REGULAR_WEEKS}_weeks": len(weeks_of) - people}
    reason = context.too_young()
    if reason is None and (n < LEAST_REGULAR_DAYS or people < LEAST_REGULARS):
        reason = (
            f"{plural(n, 'author-day')} of {plural(people, 'person', 'people')} active in {REGULAR_WEEKS} weeks or "
            f"more, {LEAST_REGULAR_DAYS} of {LEAST_REGULARS} needed"
        )
    if reason:
        return context.insufficient(reason, n, companions)
    value = effective_number(amounts)
    # Who is a regular is a fact of the whole window. Decided in each draw, a visitor of one week would become one
    # whenever that week's block is drawn three times.
    worked = [Counter(week // BLOCK_WEEKS for week in weeks) for weeks in regulars]
    drawn = drawn_effective_numbers(bootstrap.block_draws(context.generator(), BLOCKS), worked)
    return context.measured(
        value,
        bootstrap.percentile_interval(drawn, value),
        n,
        {"contributor_absence_factor": contributor_absence_factor(amounts), **companions},
    )


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
    least_n=f"{LEAST_REGULAR_DAYS} author-days of {LEAST_REGULARS} people",
    compute=lambda context: effective_contributors(author_days(context, UNDER_REGULAR_WEEKS), context),
    naive=_naive,
    curve=_curve,
    about_people=True,
)
