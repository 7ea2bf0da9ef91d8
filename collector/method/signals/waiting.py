"""How long outsiders wait: the shape that the signals of answers, resolutions and reviews share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collector.method import curves
from collector.method.signal import Signal
from collector.method.statistics.survival import (
    Observation,
    kaplan_meier,
    naive_mean,
    naive_median,
    one_vote_per_account,
)
from collector.method.window import Window
from collector.plain import plural


@dataclass(frozen=True, slots=True)
class Question:
    """Which signal, by how many days the event is wanted, and the fewest things (`noun`) of accounts that it needs."""

    key: str
    days: int
    noun: str
    least: int
    least_accounts: int


def event_by(
    question: Question,
    observations: Sequence[Observation],
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
    companions: dict[str, object] | None = None,
) -> Signal:
    """The probability that the event has come by `question.days`.

    `observations` are the counted things opened in the window, `created_at` the creation of the oldest repository. One
    without the event is censored at as_of, or where its author withdrew it. Each account has one vote, shared by its
    things. The value is the Kaplan-Meier probability with log-log bounds; n is the things looked at.
    """
    n = len(observations)
    accounts = len({observation.account for observation in observations})
    shown = {f"{question.noun.replace(' ', '_')}s": n, "accounts": accounts, **(companions or {})}
    reason = window.too_young(created_at)
    if reason is None and (n < question.least or accounts < question.least_accounts):
        found = f"{plural(n, question.noun)} of {plural(accounts, 'account')}"
        reason = f"{found}, {question.least} of {question.least_accounts} needed"
    if reason:
        return Signal.insufficient(question.key, reason, n=n, naive=naive, companions=shown, excluded=excluded)
    estimate = kaplan_meier(
        [observation.days for observation in observations],
        [observation.event for observation in observations],
        one_vote_per_account([observation.account for observation in observations]),
    )
    value = estimate.probability_by(question.days)
    return Signal.measured(
        question.key,
        value=value,
        interval=estimate.interval_by(question.days, accounts),
        n=n,
        score=curves.score(question.key, value),
        naive=naive,
        companions={
            "km_median_days": estimate.median(),
            "naive_mean_days": naive_mean(observations),
            "naive_median_days": naive_median(observations),
            **shown,
        },
        excluded=excluded,
    )
