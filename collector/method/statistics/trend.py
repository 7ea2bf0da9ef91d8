"""A slope that outliers hardly move."""

import statistics
from collections.abc import Sequence
from itertools import combinations


def theil_sen(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the Theil-Sen slope, in y per unit of x: the median of the slopes between any two points of different x.

    Raises ValueError with fewer than two different x, or when xs and ys differ in length.
    Source: P. K. Sen, Journal of the American Statistical Association 63 (1968),
    https://doi.org/10.1080/01621459.1968.10480934
    """
    points = list(zip(xs, ys, strict=True))
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x1 != x2]
    if not slopes:
        raise ValueError("a slope needs two points with different x")
    return statistics.median(slopes)
