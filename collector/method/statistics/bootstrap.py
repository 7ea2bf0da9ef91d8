"""The block bootstrap: how much a figure hangs on which months one happened to look at.

The 13 four-week blocks of the window are drawn with replacement. A block drawn twice counts as two, so a draw is a
vector of 13 multiplicities, and a sum over the drawn weeks is that vector times the sums of each block.
numpy is imported inside the functions: it is slow to import and most commands do without it.
"""

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from collector.method.signal import METHOD_VERSION
from collector.method.window import BLOCKS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS = 2_000


def generator(project: str, signal: str, as_of: date) -> "np.random.Generator":
    """A random generator of its own for each question, so that the same question always gets the same answer."""
    import numpy as np

    question = "\n".join((METHOD_VERSION, project, signal, as_of.isoformat()))
    seed = int.from_bytes(hashlib.sha256(question.encode()).digest())
    return np.random.Generator(np.random.PCG64(seed))


def block_draws(rng: "np.random.Generator") -> "NDArray[np.float64]":
    """2,000 draws of 13 blocks with replacement: how often each block was drawn, shape (2000, 13), rows sum to 13."""
    import numpy as np

    drawn = rng.integers(BLOCKS, size=(DRAWS, BLOCKS)) + np.arange(DRAWS)[:, np.newaxis] * BLOCKS
    counts = np.bincount(drawn.ravel(), minlength=DRAWS * BLOCKS).reshape(DRAWS, BLOCKS)
    return counts.astype(np.float64)


def percentile_interval(statistics: "NDArray[np.float64]", value: float, level: float = 0.95) -> tuple[float, float]:
    """The middle `level` of the drawn statistics, shape (draws,), widened where needed to hold `value`.

    A draw repeats some blocks and misses others, which makes work look more concentrated than it is; without the
    widening a figure could lie outside its own interval.
    """
    import numpy as np

    low, high = np.quantile(statistics, ((1 - level) / 2, (1 + level) / 2))
    return min(float(low), value), max(float(high), value)
