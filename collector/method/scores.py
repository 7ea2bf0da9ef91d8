"""Combine the scores of signals into those of families and of a project. A score is never a rank among projects."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from collector.method.registry import FAMILIES, SIGNALS
from collector.method.statistics.bootstrap import generator, percentile_interval
from collector.method.window import Window
from collector.method_constants import (
    LEAST_FAMILIES,
    MOST_COMPARED,
    SCORE_DRAWS,
    SCORE_EDGE,
    SCORE_FLOOR,
    WIDTH95,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OVERALL = "overall"
"""The key of the overall score, beside those of the families."""
OF_WORK = frozenset({"release cadence", "commit frequency", OVERALL})
"""The families, and the overall score, that are not shown for a project with little public work."""


_SIGNALS_OF = Counter(signal.family for signal in SIGNALS)


@dataclass(frozen=True)
class Scored:
    """The score (0..1) of a signal with status ok, and its 95 % interval."""

    family: str
    score: float
    low: float
    high: float


@dataclass(frozen=True)
class FamilyScore:
    """The mean of a family's scores and of their bounds; None where no signal of it has one.

    `known` of its `of` signals have a score.
    """

    family: str
    score: float | None
    low: float | None
    high: float | None
    known: int
    of: int


def families(scored: Sequence[Scored]) -> list[FamilyScore]:
    """Return every family of the method, in order."""
    out = []
    for family in FAMILIES:
        own = [s for s in scored if s.family == family]
        of = _SIGNALS_OF[family]
        if own:
            out.append(FamilyScore(family, _mean([s.score for s in own]), *_bounds(own), len(own), of))
        else:
            out.append(FamilyScore(family, None, None, None, 0, of))
    return out


def overall(
    project: str, as_of: date, scored: Sequence[Scored]
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Return (score, low, high): the geometric mean of the families' scores, each at least SCORE_FLOOR.

    All three are None when fewer than LEAST_FAMILIES have a score. The 95 % interval is that of independent draws, in
    which each signal's score is normal on the logit scale, as wide as its own interval. The draws depend only on the
    project's scores and the date.
    """
    known = [f.score for f in families(scored) if f.score is not None]
    if len(known) < LEAST_FAMILIES:
        return None, None, None
    # The geometric mean, because no family's high score is to make up for another's near 0:
    # https://doi.org/10.1787/9789264043466-en
    value = math.exp(sum(math.log(max(score, SCORE_FLOOR)) for score in known) / len(known))
    return value, *percentile_interval(draws(project, as_of, scored)[OVERALL], value)


def overall_of(project: str, as_of: date, scored: Sequence[Scored]) -> FamilyScore:
    """Return `overall` like the score of a family, with how many of the families have one."""
    known = sum(f.score is not None for f in families(scored))
    score, low, high = overall(project, as_of, scored)
    return FamilyScore(OVERALL, score, low, high, known, len(FAMILIES))


def publishes_little(statuses: Mapping[str, str]) -> bool:
    """Return whether too little work is public to draw conclusions: fewer author-days than `contributor_days` needs.

    `statuses` are those of a project's signals. If active_weeks is unknown too, there is another reason.
    """
    return statuses.get("contributor_days") == "insufficient" and statuses.get("active_weeks") == "ok"


def draws(project: str, as_of: date, scored: Sequence[Scored]) -> "Mapping[str, NDArray[np.float64]]":
    """Return draws of the score of each family that has one, and of the overall score, of shape (SCORE_DRAWS,) each.

    Those of a family are means of draws of its signals' scores, and the overall ones geometric means of the families',
    each at least SCORE_FLOOR. The draws of the last MOST_COMPARED projects are cached, so callers must not change them.
    """
    return _drawn(project, as_of, tuple(scored))


@lru_cache(maxsize=MOST_COMPARED)
def _drawn(project: str, as_of: date, scored: tuple[Scored, ...]) -> "dict[str, NDArray[np.float64]]":
    import numpy as np

    rng = generator(project, "score", Window(as_of))
    out = {}
    for family in dict.fromkeys(s.family for s in scored):
        out[family] = _mean_of([_draws(rng.standard_normal(SCORE_DRAWS), s) for s in scored if s.family == family])
    if out:
        logs = _mean_of([np.log(np.maximum(of_family, SCORE_FLOOR)) for of_family in out.values()])
        out[OVERALL] = np.exp(logs, out=logs)
    return out


def _mean_of(drawn: "Sequence[NDArray[np.float64]]") -> "NDArray[np.float64]":
    """Return the mean of each draw, in the place of the first: np.mean would copy all into one array before."""
    total, *others = drawn
    for other in others:
        total += other
    total /= len(drawn)
    return total


def _draws(normal: "NDArray[np.float64]", of: Scored) -> "NDArray[np.float64]":
    import numpy as np

    # On the logit scale no draw leaves 0..1.
    spread = (_logit(of.high) - _logit(of.low)) / WIDTH95
    # 1 / (1 + exp(-(logit + spread * normal))), in place: new arrays for each step would take half as long again.
    normal *= -spread
    normal -= _logit(of.score)
    np.exp(normal, out=normal)
    normal += 1
    return np.divide(1, normal, out=normal)


def _logit(score: float) -> float:
    inside = min(max(score, SCORE_EDGE), 1 - SCORE_EDGE)
    return math.log(inside / (1 - inside))


def _bounds(own: Sequence[Scored]) -> tuple[float, float]:
    return _mean([s.low for s in own]), _mean([s.high for s in own])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
