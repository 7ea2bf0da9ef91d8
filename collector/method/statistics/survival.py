"""Time to an event when some events have not come yet: the Kaplan-Meier estimate on weighted observations."""

import math
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from collector.method.statistics.intervals import wilson
from collector.method_constants import Z95

_HALF = 0.5 + 1e-9
"""One half and a little: weights such as 1/3 do not add up exactly, so a survival of one half may come out above."""


class Observation(NamedTuple):
    """Something of an account that waits for an event.

    `days` is the time to the event if `event`, else the time observed without one (right-censored).
    """

    account: str
    days: float
    event: bool


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """The estimate as steps: after each of the distinct event `times`, the `survival` and Greenwood's `sums`.

    Survival is the probability that the event has not come. `sums` accumulates d / (Y (Y - d)), with d the weight of
    the events at a time and Y the weight at risk just before it; it is infinite once survival is 0. Greenwood's
    variance of the survival S is S² times it.
    Source: M. Greenwood, The natural duration of cancer, Reports on Public Health and Medical Subjects 33 (1926).
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    sums: tuple[float, ...]

    def probability_by(self, time: float) -> float:
        """Return the probability that the event has come by `time`, inclusive. Constant after the last observation."""
        step = bisect_right(self.times, time)
        return 1 - self.survival[step - 1] if step else 0.0

    def interval_by(self, time: float, accounts: int) -> tuple[float, float]:
        """Return the 95 % bounds of `probability_by(time)`: log-log bounds, which stay inside 0..1.

        Where the estimate is 0 or 1 these have no width; there it is Wilson's interval with `accounts` trials.
        Source: J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (1980; 2nd edition
        2002, https://doi.org/10.1002/9781118032985).
        """
        step = bisect_right(self.times, time)
        survival = self.survival[step - 1] if step else 1.0
        if survival in (0.0, 1.0):
            return wilson((1 - survival) * accounts, accounts)
        spread = math.exp(Z95 * math.sqrt(self.sums[step - 1]) / -math.log(survival))
        return 1 - survival ** (1 / spread), 1 - survival**spread

    def median(self) -> float | None:
        """Return the first time by which at least half have had the event, None when that is never reached."""
        return next((t for t, s in zip(self.times, self.survival, strict=True) if s <= _HALF), None)


def kaplan_meier(days: Sequence[float], events: Sequence[bool], weights: Sequence[float] | None = None) -> KaplanMeier:
    """Return the Kaplan-Meier estimate of the time to an event.

    `days`, `events` and `weights` (1 each by default) run in parallel; where `events` is False the time is
    right-censored. At equal times events come before censorings. Raises ValueError when there is no observation, a
    time is negative or not finite, or a weight is not positive.
    Source: E. L. Kaplan and P. Meier, Journal of the American Statistical Association 53 (1958),
    https://doi.org/10.1080/01621459.1958.10501452
    """
    weights = [1.0] * len(days) if weights is None else weights
    if not days or not all(0 <= t < math.inf for t in days) or not all(0 < w < math.inf for w in weights):
        raise ValueError("observations are needed, with finite times of 0 or more and weights above 0")
    # Sorted by weight, too, so that the last bit of the sums does not depend on the order of the observations.
    rows = sorted(zip(days, [not event for event in events], weights, strict=True))
    at_risk = list(accumulate([weight for _, _, weight in reversed(rows)], initial=0.0))[::-1]
    times, survival, sums = [], [], []
    alive, total, begin = 1.0, 0.0, 0
    for end, (time, censored, _) in enumerate(rows, 1):
        if end < len(rows) and rows[end][0] == time and rows[end][1] == censored:
            continue  # the next row belongs to it
        if not censored:
            # The remaining weight is a sum and not a difference, so that it is exactly 0 at the end.
            before, left = at_risk[begin], at_risk[end]
            alive *= left / before
            total += (math.fsum(row[2] for row in rows[begin:end]) / before / left) if left else math.inf
            times.append(time)
            survival.append(alive)
            sums.append(total)
        begin = end
    return KaplanMeier(tuple(times), tuple(survival), tuple(sums))


def one_vote_per_account(accounts: Sequence[str]) -> list[float]:
    """Return, for each observation, 1 / (observations of its account); the weights sum to the number of accounts."""
    count = Counter(accounts)
    return [1 / count[account] for account in accounts]


def naive_mean(observations: Sequence[Observation]) -> float | None:
    """Return the mean time to the event of those that had it, as a dashboard would show it; None without any."""
    answered = [observation.days for observation in observations if observation.event]
    return statistics.fmean(answered) if answered else None


def naive_median(observations: Sequence[Observation]) -> float | None:
    """Return the median time to the event of those that had it, as a dashboard would show it; None without any."""
    return median([observation.days for observation in observations if observation.event])


def median(values: Sequence[float]) -> float | None:
    """Return the median, None without values."""
    return statistics.median(values) if values else None
