"""The probability of an event within some days: shared by the signals of answers, resolutions and reviews."""

from collections.abc import Sequence

from collector.method.definition import Context
from collector.method.signal import Signal
from collector.method.statistics.survival import (
    KaplanMeier,
    Observation,
    kaplan_meier,
    naive_mean,
    naive_median,
    one_vote_per_account,
)
from collector.text import lacking


def observations(context: Context, event: str, days: str = "days") -> list[Observation]:
    """Return the counted rows as observations; `event` and `days` name the columns of the event and the time to it."""
    return [Observation(str(row["author"]), row[days], bool(row[event])) for row in context.counted]


def estimate(waiting: Sequence[Observation]) -> KaplanMeier:
    """Return the Kaplan-Meier estimate with one vote per account."""
    return kaplan_meier(
        [observation.days for observation in waiting],
        [observation.event for observation in waiting],
        one_vote_per_account([observation.account for observation in waiting]),
    )


def probability_within(
    days: int,
    waiting: Sequence[Observation],
    context: Context,
    *,
    noun: str,
    least: int,
    least_accounts: int,
    companions: dict[str, object] | None = None,
) -> Signal:
    """Return the probability that the event happens within `days`.

    `waiting` are the issues or pull requests (`noun`) opened in the window. One without the event is censored at the
    date, or when its author withdrew it. Each account has one vote, shared by its issues. The value is the
    Kaplan-Meier estimate with log-log bounds; n is the number of observations.
    """
    n = len(waiting)
    accounts = len({observation.account for observation in waiting})
    shown: dict[str, object] = {f"{noun.replace(' ', '_')}s": n, "accounts": accounts, **(companions or {})}
    reason = context.too_young()
    if reason is None and (n < least or accounts < least_accounts):
        reason = lacking(f"{least} {noun}s by {least_accounts} people", n, accounts)
    if reason:
        return context.insufficient(reason, n, shown)
    curve = estimate(waiting)
    return context.measured(
        curve.probability_by(days),
        curve.interval_by(days, accounts),
        n,
        {
            "km_median_days": curve.median(),
            "naive_mean_days": naive_mean(waiting),
            "naive_median_days": naive_median(waiting),
            **shown,
        },
    )
