"""Time to an event when not every event has come yet: the Kaplan-Meier estimate on weighted observations."""

import math
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from collector.method.statistics.intervals import Z95, wilson

_HALF = 0.5 + 1e-9
"""Sums of weights such as 1/3 are not exact, so that a survival of one half may come out a hair above it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing of one account that waits for an event.

    `days` is the time to the event if `event`, else the time for which it was looked at without one (right-censored).
    """

    account: str
    days: float
    event: bool


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """The estimate as steps: after each of the distinct event `times`, the `survival` and Greenwood's `sums`.

    Survival is the probability that the event has not come; `sums` accumulates d / (Y (Y - d)), with d the weight of
    the events at a time and Y the weight at risk just before it, and is infinite once survival is 0.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    sums: tuple[float, ...]

    def probability_by(self, time: float) -> float:
        """The probability that the event has come by `time`, an event at exactly that time included.

        After the last observation the estimate stays where it was.
        """
        step = bisect_right(self.times, time)
        return 1 - self.survival[step - 1] if step else 0.0

    def variance_by(self, time: float) -> float:
        """Greenwood's variance of `probability_by(time)`; 0 before the first event, and once all have had it."""
        step = bisect_right(self.times, time)
        if not step or self.survival[step - 1] == 0:
            return 0.0
        return self.survival[step - 1] ** 2 * self.sums[step - 1]

    def interval_by(self, time: float, accounts: int) -> tuple[float, float]:
        """95 % bounds of `probability_by(time)`: log-log, which stay inside 0..1.

        Where the estimate is 0 or 1 these have no width, so there it is Wilson's interval over `accounts` trials.
        Source: J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (1980).
        """
        step = bisect_right(self.times, time)
        survival = self.survival[step - 1] if step else 1.0
        if survival in (0.0, 1.0):
            return wilson((1 - survival) * accounts, accounts)
        spread = math.exp(Z95 * math.sqrt(self.sums[step - 1]) / -math.log(survival))
        return 1 - survival ** (1 / spread), 1 - survival**spread

    def median(self) -> float | None:
        """The first time by which at least half have had the event, or None when that was not reached."""
        return next((t for t, s in zip(self.times, self.survival, strict=True) if s <= _HALF), None)


def kaplan_meier(days: Sequence[float], events: Sequence[bool], weights: Sequence[float] | None = None) -> KaplanMeier:
    """The Kaplan-Meier estimate of the time to an event.

    `days`, `events` and `weights` (1 each when not given) run in parallel; where `events` is False the time is
    right-censored. At equal times events come before censorings. Raises ValueError when there is no observation, a
    time is negative or not finite, or a weight is not positive.
    Source: E. L. Kaplan and P. Meier, Journal of the American Statistical Association 53 (1958).
    """
    weights = [1.0] * len(days) if weights is None else weights
    if not days or not all(0 <= t < math.inf for t in days) or not all(0 < w < math.inf for w in weights):
        raise ValueError("observations are needed, with finite times of 0 or more and weights above 0")
    # Sorted by weight too, so that the sums, and with them the last bit, do not depend on the order given.
    rows = sorted(zip(days, (not event for event in events), weights, strict=True))
    at_risk = list(accumulate((weight for _, _, weight in reversed(rows)), initial=0.0))[::-1]
    times, survival, sums = [], [], []
    alive, total, begin = 1.0, 0.0, 0
    for (time, censored), group in groupby(rows, key=lambda row: row[:2]):
        end = begin + sum(1 for _ in group)
        if not censored:
            # The weight left is summed on its own and not as a difference, so that it is exactly 0 at the end.
            before, left = at_risk[begin], at_risk[end]
            alive *= left / before
            total += (math.fsum(row[2] for row in rows[begin:end]) / before / left) if left else math.inf
            times.append(time)
            survival.append(alive)
            sums.append(total)
        begin = end
    return KaplanMeier(tuple(times), tuple(survival), tuple(sums))


def one_vote_per_account(accounts: Sequence[str]) -> list[float]:
    """For each observation 1 / (observations of its account), so that the weights sum to the number of accounts."""
    count = Counter(accounts)
    return [1 / count[account] for account in accounts]


def naive_mean(observations: Sequence[Observation]) -> float | None:
    """The mean time of those that had the event, as a dashboard would show it; None when none had."""
    answered = [observation.days for observation in observations if observation.event]
    return statistics.fmean(answered) if answered else None


def naive_median(observations: Sequence[Observation]) -> float | None:
    """The median time of those that had the event, as a dashboard would show it; None when none had."""
    answered = [observation.days for observation in observations if observation.event]
    return statistics.median(answered) if answered else None
