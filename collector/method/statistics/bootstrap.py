"""The block bootstrap: how much a figure depends on which weeks happened to be looked at.

Weeks next to each other are alike, so blocks of weeks are drawn with replacement, not single weeks. A draw is a vector
that says how often each block (or week) was drawn; a sum over the drawn weeks is that vector times the sums of each.
Source: H. R. Künsch, The Annals of Statistics 17 (1989), https://doi.org/10.1214/aos/1176347265

numpy is imported inside the functions: importing it is slow, and most commands do not need it.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from collector.method.window import Window
from collector.method_constants import BOOTSTRAP_DRAWS, INTERVAL_LEVEL, METHOD_VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def generator(project: str, signal: str, window: Window) -> "np.random.Generator":
    """Return a generator seeded by the method's version, the project, the signal and the window's end.

    So the same facts always give the same interval.
    """
    import numpy as np

    question = "\n".join((METHOD_VERSION, project, signal, window.end.date().isoformat()))
    seed = int.from_bytes(hashlib.sha256(question.encode()).digest())
    # Named, because numpy may change its default generator, and with it every interval:
    # https://numpy.org/doc/stable/reference/random/compatibility.html
    return np.random.Generator(np.random.PCG64(seed))


def block_draws(rng: "np.random.Generator", blocks: int) -> "NDArray[np.float64]":
    """Draw `blocks` out of as many blocks, with replacement.

    Returns, in the shape (draws, blocks), how often each block was drawn; each row sums to `blocks`.
    """
    return _counts(rng.integers(blocks, size=(BOOTSTRAP_DRAWS, blocks)), blocks)


def circular_block_draws(rng: "np.random.Generator", weeks: int, block: int) -> "NDArray[np.float64]":
    """Draw `weeks` weeks in blocks of `block` weeks, with replacement, for a time that is not whole blocks.

    A block begins at any week and continues with the first week after the last; the last block of a draw is as long as
    what remains. Returns, in the shape (draws, weeks), how often each week was drawn; each row sums to `weeks`.
    Source: D. N. Politis and J. P. Romano, A circular block-resampling procedure for stationary data, in: Exploring the
    Limits of Bootstrap (1992), 263-270.
    """
    import numpy as np

    whole, rest = divmod(weeks, block)
    drawn = np.zeros((BOOTSTRAP_DRAWS, weeks), dtype=np.int8)
    for length in (*[block] * whole, rest):
        drawn += _blocks(weeks, length).take(rng.integers(0, weeks, BOOTSTRAP_DRAWS), axis=0)
    return drawn.astype(np.float64)


@cache
def _blocks(weeks: int, length: int) -> "NDArray[np.int8]":
    """Return for each week (row) which weeks belong to the block that begins with it. Callers must not change it.

    In bytes: to add up draws of floats takes longer.
    """
    import numpy as np

    # How many weeks after the row's week the column's week comes.
    after = (np.arange(weeks) - np.arange(weeks)[:, np.newaxis]) % weeks
    return (after < length).astype(np.int8)


def percentile_interval(
    statistics: "NDArray[np.float64]", value: float, level: float = INTERVAL_LEVEL
) -> tuple[float, float]:
    """Return the middle `level` of the drawn statistics, shape (draws,), widened where needed to hold `value`.

    A draw repeats some blocks and misses others, so work looks more concentrated in it than it is. Without the widening
    a value could lie outside its own interval.
    Source: B. Efron, The Annals of Statistics 7 (1979), https://doi.org/10.1214/aos/1176344552
    """
    low, high = _quantiles(statistics, ((1 - level) / 2, (1 + level) / 2))
    return min(low, value), max(high, value)


def _quantiles(values: "NDArray[np.float64]", levels: Sequence[float]) -> list[float]:
    """Return the quantiles of values, between two of them by linear interpolation.

    The same floats as those of np.quantile, which takes six times as long for two of few thousand values.
    Source: definition 7 of R. J. Hyndman and Y. Fan, The American Statistician 50 (1996),
    https://doi.org/10.1080/00031305.1996.10473566
    """
    import numpy as np

    last = len(values) - 1
    places = [last * level for level in levels]
    needed = {near for place in places for near in (int(place), min(int(place) + 1, last))}
    ordered = np.partition(values, sorted(needed))
    found = []
    for place in places:
        low, high = float(ordered[int(place)]), float(ordered[min(int(place) + 1, last)])
        part = place - int(place)
        # From the nearer end, so that rounding never leads beyond it.
        found.append(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
    return found


def _counts(drawn: "NDArray[np.int64]", of: int) -> "NDArray[np.float64]":
    """Return how often each of the numbers below `of` is in each row, of shape (rows, of)."""
    import numpy as np

    rows = len(drawn)
    # One count over all rows, in which the numbers of each row are its own.
    apart = drawn + np.arange(rows)[:, np.newaxis] * of
    return np.bincount(apart.ravel(), minlength=rows * of).reshape(rows, of).astype(np.float64)
