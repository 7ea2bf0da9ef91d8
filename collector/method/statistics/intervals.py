"""Intervals for shares."""

import math
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)
"""The normal quantile of a two-sided 95 % interval."""

PRIOR_WEIGHT = 5.0
PRIOR_MEAN = 0.5


def wilson(successes: float, n: float) -> tuple[float, float]:
    """The Wilson score interval (95 %) for a share of `successes` in `n` trials.

    Both may be fractional, as sums of weights are. Raises ValueError unless n > 0 and 0 <= successes <= n.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), without continuity correction.
    """
    if not (n > 0 and 0 <= successes <= n):
        raise ValueError(f"a share needs 0 <= successes <= n and n > 0, not {successes} of {n}")
    share = successes / n
    weight = Z95 * Z95 / n
    centre = (share + weight / 2) / (1 + weight)
    half = math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
    # At the ends the bound is the end itself; without this, rounding leaves it a hair beside it.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def shrunk_share(successes: float, n: float) -> float:
    """The share drawn towards one half by five imagined trials, (k + 5m)/(n + 5) with m = 0.5, so that few say little.

    Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"a share needs 0 <= successes <= n, not {successes} of {n}")
    return (successes + PRIOR_WEIGHT * PRIOR_MEAN) / (n + PRIOR_WEIGHT)


def shrunk_wilson(successes: float, n: float) -> tuple[float, float]:
    """The Wilson interval (95 %) around the shrunk share: that of k + 5m in n + 5. Raises as `shrunk_share` does."""
    return wilson(shrunk_share(successes, n) * (n + PRIOR_WEIGHT), n + PRIOR_WEIGHT)
