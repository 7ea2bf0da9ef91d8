"""The result: one figure about a project as of a date, or the reason why there is none."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Whether there is a figure. "Unknown" has statuses of its own; it is never a low value."""

    OK = "ok"
    INSUFFICIENT = "insufficient"  # fewer observations than the least n, or a window that is not covered
    NOT_OBSERVABLE = "not_observable"  # nothing to look at: switched off, hidden, or not on GitHub
    STALE = "stale"  # the last complete sync is too old for the date


@dataclass(frozen=True)
class Signal:
    """One signal of one project as of one date.

    With status ok, `value`, `low`, `high` (95 %, in the signal's unit), `score` (0..1) and the scores of the interval's
    ends, the smaller first, are finite numbers and `reason` is None. With any other status all six are None and
    `reason` says why in plain words. `n` is the number of observations, or the sum of their weights. `naive` holds what
    a dashboard would show, `companions` what is shown beside the value, `excluded` how many rows were left out for each
    reason. Raises ValueError when these contradict each other.
    """

    key: str
    status: Status
    reason: str | None
    value: float | None
    low: float | None
    high: float | None
    n: float | None
    score: float | None
    score_low: float | None
    score_high: float | None
    naive: dict[str, object]
    companions: dict[str, object]
    excluded: dict[str, int]

    def __post_init__(self) -> None:
        figures = (self.value, self.low, self.high, self.score, self.score_low, self.score_high)
        if self.status is Status.OK:
            if self.reason is not None or not all(x is not None and math.isfinite(x) for x in figures):
                raise ValueError(f"{self.key} is ok, so it needs six finite figures and no reason: {figures}")
        elif not self.reason or any(x is not None for x in figures):
            raise ValueError(f"{self.key} is {self.status}, so it needs a reason and no figures: {figures}")
