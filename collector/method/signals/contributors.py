"""Contributors: on how many people the work rests."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from collector.method import curves
from collector.method.signal import Signal
from collector.method.signals.commit_frequency import AuthorDay
from collector.method.statistics import bootstrap
from collector.method.statistics.concentration import contributor_absence_factor, effective_number
from collector.method.window import WEEKS_PER_BLOCK, Window
from collector.plain import plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_AUTHOR_DAYS = 30
LEAST_PEOPLE = 2
LEAST_WEEKS = 3


def effective_contributors(
    author_days: Collection[AuthorDay],
    window: Window,
    created_at: datetime,
    project: str,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """How many equally active people would give this concentration of work?

    `author_days` are the substantive author-days (work of nobody known, and days outside the window, are ignored),
    `created_at` the creation of the oldest repository, `project` the slug that seeds the draws. The value is 1/sum p²
    over the author-days of people active in at least 3 distinct weeks; the interval is a block bootstrap of these
    people's author-days. n, like the least n, is of the author-days that enter the value. Companions:
    `contributor_absence_factor`, `people` who enter the value, and `people_under_3_weeks`.
    """
    key = "effective_contributors"
    active: dict[str, list[int]] = {}
    for person, day in set(author_days):
        if person is not None and (week := window.week_of(day)) is not None:
            active.setdefault(person, []).append(week)
    regulars = [weeks for weeks in active.values() if len(set(weeks)) >= LEAST_WEEKS]
    amounts = [len(weeks) for weeks in regulars]
    n = sum(amounts)
    companions: dict[str, object] = {"people": len(amounts), "people_under_3_weeks": len(active) - len(amounts)}
    reason = window.too_young(created_at)
    if reason is None and (n < LEAST_AUTHOR_DAYS or len(amounts) < LEAST_PEOPLE):
        people = "1 person" if len(amounts) == 1 else f"{len(amounts)} people"
        reason = (
            f"{plural(n, 'author-day')} of {people} active in {LEAST_WEEKS} weeks or more, "
            f"{LEAST_AUTHOR_DAYS} of {LEAST_PEOPLE} needed"
        )
    if reason:
        return Signal.insufficient(key, reason, n=n, naive=naive, companions=companions, excluded=excluded)
    value = effective_number(amounts)
    draws = bootstrap.block_draws(bootstrap.generator(project, key, window.as_of))
    blocks = [Counter(week // WEEKS_PER_BLOCK for week in weeks) for weeks in regulars]
    return Signal.measured(
        key,
        value=value,
        interval=bootstrap.percentile_interval(effective_numbers(draws, blocks), value),
        n=n,
        score=curves.score(key, value),
        naive=naive,
        companions={"contributor_absence_factor": contributor_absence_factor(amounts), **companions},
        excluded=excluded,
    )


def effective_numbers(draws: "NDArray[np.float64]", worked: Sequence[Counter[int]]) -> "NDArray[np.float64]":
    """The effective number of contributors in each draw, shape (draws,).

    `draws` holds how often each block was drawn, shape (draws, blocks), and `worked` for each person the author-days in
    each block. Who is a regular is a fact of the whole window: judged anew in each draw, somebody of one week would
    become one whenever that week was drawn three times.
    """
    import numpy as np

    # Many people share one pattern of work; each pattern is reckoned once, and counts for its people.
    patterns = Counter(tuple(sorted(days.items())) for days in worked)
    matrix = np.zeros((draws.shape[1], len(patterns)))
    for place, pattern in enumerate(sorted(patterns)):
        for block, days in pattern:
            matrix[block, place] = days
    people = np.array([patterns[pattern] for pattern in sorted(patterns)], dtype=np.float64)
    amounts = draws @ matrix
    total, squares = amounts @ people, amounts**2 @ people
    # A draw of blocks in which none of them worked says that nobody carries the work: the least there can be, 1.
    return np.divide(total**2, squares, out=np.ones_like(total), where=squares > 0)
