"""Intervals for shares."""

import math

from collector.method_constants import PRIOR_SHARE, PRIOR_TRIALS, Z95


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Return the Wilson score interval (95 %, no continuity correction) for a share of `successes` in `n` trials.

    Both may be fractional, as sums of weights are. Raises ValueError unless n > 0 and 0 <= successes <= n.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927),
    https://doi.org/10.1080/01621459.1927.10502953
    """
    if not (n > 0 and 0 <= successes <= n):
        raise ValueError(f"a share needs 0 <= successes <= n and n > 0, not {successes} of {n}")
    share = successes / n
    weight = Z95 * Z95 / n
    centre = (share + weight / 2) / (1 + weight)
    half = math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
    # At 0 and 1 that bound is exact; rounding would miss it by a last bit.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def shrunk(share: float, n: float) -> float:
    """Return a share of `n` trials, drawn towards PRIOR_SHARE by PRIOR_TRIALS imagined trials.

    Raises ValueError unless 0 <= share <= 1 and n >= 0.
    Source: the mean of a beta posterior; A. Agresti and B. A. Coull, The American Statistician 52 (1998),
    https://doi.org/10.1080/00031305.1998.10480550
    """
    if not (0 <= share <= 1 and n >= 0):
        raise ValueError(f"a share lies between 0 and 1, not {share} of {n}")
    return (share * n + PRIOR_TRIALS * PRIOR_SHARE) / (n + PRIOR_TRIALS)
