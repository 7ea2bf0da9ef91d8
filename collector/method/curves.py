"""The fixed curves that map a signal's value to a score in 0..1, where 1 is good.

They are fixed, and not ranks among the projects at hand, so that adding a project changes nobody's score.
"""

import math
from collections.abc import Callable


def _identity(x: float) -> float:
    return x


def _release_weeks(x: float) -> float:
    """A release in every second week is full marks."""
    return math.log1p(x) / math.log(27)


def _longest_release_silence(x: float) -> float:
    """Up to 30 days are full marks, a whole year is none."""
    return 1 - (math.log(max(x, 30)) - math.log(30)) / (math.log(364) - math.log(30))


def _active_weeks(x: float) -> float:
    return x / 52


def _contributor_days(x: float) -> float:
    """A thousand days, some five people at work all year, are full marks."""
    return math.log1p(x) / math.log(1001)


def _effective_contributors(x: float) -> float:
    """One person is none, ten are full marks."""
    return math.log(max(x, 1)) / math.log(10)


def _concentration_trend(x: float) -> float:
    """Twice as many a year is full marks, half as many none, no change the middle."""
    return 0.5 + x / (2 * math.log(2))


def _docs_months(x: float) -> float:
    return x / 13


CURVES: dict[str, Callable[[float], float]] = {
    "release_weeks": _release_weeks,
    "longest_release_silence": _longest_release_silence,
    "active_weeks": _active_weeks,
    "contributor_days": _contributor_days,
    "first_response_7d": _identity,
    "resolution_90d": _identity,
    "review_response_7d": _identity,
    "independent_review": _identity,  # of the shrunk share, not of the plain one
    "effective_contributors": _effective_contributors,
    "concentration_trend": _concentration_trend,
    "docs_months": _docs_months,
    "failure_disclosure": _identity,
    "rule_change_notice": _identity,
    "builder_upkeep": _identity,
    "server_evidence": _identity,
    "history_integrity": _identity,
}


def score(key: str, x: float) -> float:
    """The score in 0..1 of the signal `key` at value `x` (at the shrunk share for `independent_review`)."""
    return min(1.0, max(0.0, CURVES[key](x)))
