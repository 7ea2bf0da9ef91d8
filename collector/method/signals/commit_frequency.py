"""Commit frequency: how steadily and how much people land real change."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from collector.method import curves
from collector.method.signal import Signal
from collector.method.statistics import bootstrap
from collector.method.statistics.intervals import wilson
from collector.method.window import BLOCKS, WEEKS, WEEKS_PER_BLOCK, Window
from collector.plain import plural

AuthorDay = tuple[str | None, date]
"""A person and a UTC day on which substantive work of theirs landed; None is work of nobody known."""

LEAST_CONTRIBUTOR_DAYS = 10
MOST_DAYS_A_WEEK = 5


def active_weeks(
    author_days: Collection[AuthorDay],
    reviewed_days: Collection[date] | None,
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """In how many weeks did people land real change?

    `author_days` are the substantive author-days (work of nobody known counts here; those outside the window are
    ignored), `reviewed_days` the days of those that were independently reviewed (None when that is not known),
    `created_at` the creation of the oldest repository. The value is distinct weeks with an author-day, of the weeks
    of existence, scaled to 52; the interval is Wilson's on that share; n is the weeks looked at. The companion
    `corroborated_weeks` is the same for the reviewed ones.
    """
    key = "active_weeks"
    weeks = window.weeks_of_existence(created_at)
    if reason := window.too_young(created_at):
        return Signal.insufficient(key, reason, n=weeks, naive=naive, excluded=excluded)
    hit = window.weeks_with({day for _, day in author_days}, created_at)
    value = hit * WEEKS / weeks
    low, high = wilson(hit, weeks)
    corroborated = None
    if reviewed_days is not None:
        corroborated = window.weeks_with(reviewed_days, created_at) * WEEKS / weeks
    return Signal.measured(
        key,
        value=value,
        interval=(low * WEEKS, high * WEEKS),
        n=weeks,
        score=curves.score(key, value),
        naive=naive,
        companions={"corroborated_weeks": corroborated},
        excluded=excluded,
    )


def contributor_days(
    author_days: Collection[AuthorDay],
    window: Window,
    created_at: datetime,
    project: str,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """How much human presence is there?

    `author_days` are the substantive author-days (work of nobody known, and days outside the window, are ignored),
    `created_at` the creation of the oldest repository, `project` the slug that seeds the draws. The value, which is
    also n, is the author-days, at most 5 for each person and week; the interval is a block bootstrap. The companion
    `author_days` is the number without the limit.
    """
    key = "contributor_days"
    per_week = Counter(
        (person, week)
        for person, day in set(author_days)
        if person is not None and (week := window.week_of(day)) is not None
    )
    blocks = [0] * BLOCKS
    for (_, week), days in per_week.items():
        blocks[week // WEEKS_PER_BLOCK] += min(days, MOST_DAYS_A_WEEK)
    n = sum(blocks)
    reason = window.too_young(created_at)
    if reason is None and n < LEAST_CONTRIBUTOR_DAYS:
        reason = f"{plural(n, 'author-day')}, {LEAST_CONTRIBUTOR_DAYS} needed"
    companions: dict[str, object] = {"author_days": per_week.total()}
    if reason:
        return Signal.insufficient(key, reason, n=n, naive=naive, companions=companions, excluded=excluded)
    draws = bootstrap.block_draws(bootstrap.generator(project, key, window.as_of))
    return Signal.measured(
        key,
        value=float(n),
        interval=bootstrap.percentile_interval(draws @ blocks, float(n)),
        n=n,
        score=curves.score(key, n),
        naive=naive,
        companions=companions,
        excluded=excluded,
    )
