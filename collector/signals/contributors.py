"""Contributors: on how many people the work rests."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from collector.signals import bootstrap, curves
from collector.signals.commit_frequency import AuthorDay
from collector.signals.concentration import contributor_absence_factor, effective_number
from collector.signals.signal import Signal
from collector.signals.window import BLOCKS, WEEKS, WEEKS_PER_BLOCK, Window, plural

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
    over the author-days of people active in at least 3 distinct weeks; the interval is a block bootstrap, with that
    filter applied anew in each draw. n, like the least n, is of the author-days that enter the value. Companions:
    `contributor_absence_factor`, `people` who enter the value, and `people_under_3_weeks`.
    """
    key = "effective_contributors"
    active: dict[str, list[int]] = {}
    for person, day in set(author_days):
        if person is not None and (week := window.week_of(day)) is not None:
            active.setdefault(person, []).append(week)
    amounts = [len(weeks) for weeks in active.values() if len(set(weeks)) >= LEAST_WEEKS]
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
    return Signal.measured(
        key,
        value=value,
        interval=bootstrap.percentile_interval(_effective_numbers(draws, list(active.values())), value),
        n=n,
        score=curves.score(key, value),
        naive=naive,
        companions={"contributor_absence_factor": contributor_absence_factor(amounts), **companions},
        excluded=excluded,
    )


def _effective_numbers(draws: "NDArray[np.float64]", active: list[list[int]]) -> "NDArray[np.float64]":
    """The effective number in each draw, shape (draws,).

    `draws` holds the multiplicities of the blocks, shape (draws, 13), and `active` for each person the week of each
    author-day. A block holds whole weeks, so a person's distinct weeks in a draw are the sum over its blocks.
    """
    import numpy as np

    cells = [person * WEEKS + week for person, worked in enumerate(active) for week in worked]
    counts = np.bincount(cells, minlength=len(active) * WEEKS).reshape(len(active), BLOCKS, WEEKS_PER_BLOCK)
    by_block = np.hstack((counts.sum(axis=2), (counts > 0).sum(axis=2)))
    # Many occasional people share one pattern of work; each pattern is reckoned once, and counts for its people.
    patterns, people = np.unique(by_block, axis=0, return_counts=True)
    days, weeks = patterns[:, :BLOCKS].astype(np.float64).T, patterns[:, BLOCKS:].astype(np.float64).T
    amounts = draws @ days * (draws @ weeks >= LEAST_WEEKS)
    total, squares = amounts @ people, amounts**2 @ people
    # A draw without anyone active in enough weeks says that nobody carries the work: the least there can be, 1.
    return np.divide(total**2, squares, out=np.ones_like(total), where=squares > 0)
