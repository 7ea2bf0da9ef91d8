"""Issue responsiveness: what becomes of the issues that outsiders open."""

from collections.abc import Sequence
from datetime import datetime

from collector.signals import curves
from collector.signals.signal import Signal
from collector.signals.survival import Observation, kaplan_meier, naive_mean, naive_median, one_vote_per_account
from collector.signals.window import Window, plural

RESPONSE_DAYS = 7
LEAST_ISSUES = 15
LEAST_ACCOUNTS = 10


def first_response_7d(
    observations: Sequence[Observation],
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """Does an outsider get a human answer within a week?

    `observations` are the counted issues opened in the window, the event being the answer; one without an answer is
    censored at as_of, or where its author withdrew it. `created_at` is the creation of the oldest repository. Each
    account has one vote, shared by its issues. The value is the Kaplan-Meier probability of an answer by 7 days with
    log-log bounds; n is the issues.
    """
    key = "first_response_7d"
    issues = len(observations)
    accounts = len({observation.account for observation in observations})
    companions: dict[str, object] = {"issues": issues, "accounts": accounts}
    reason = window.too_young(created_at)
    if reason is None and (issues < LEAST_ISSUES or accounts < LEAST_ACCOUNTS):
        reason = (
            f"{plural(issues, 'issue')} of {plural(accounts, 'account')}, {LEAST_ISSUES} of {LEAST_ACCOUNTS} needed"
        )
    if reason:
        return Signal.insufficient(key, reason, n=issues, naive=naive, companions=companions, excluded=excluded)
    estimate = kaplan_meier(
        [observation.days for observation in observations],
        [observation.event for observation in observations],
        one_vote_per_account([observation.account for observation in observations]),
    )
    value = estimate.probability_by(RESPONSE_DAYS)
    return Signal.measured(
        key,
        value=value,
        interval=estimate.interval_by(RESPONSE_DAYS, accounts),
        n=issues,
        score=curves.score(key, value),
        naive=naive,
        companions={
            "km_median_days": estimate.median(),
            "naive_mean_days": naive_mean(observations),
            "naive_median_days": naive_median(observations),
            **companions,
        },
        excluded=excluded,
    )
