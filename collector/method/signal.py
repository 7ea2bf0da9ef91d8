"""A signal: one figure about a project as of a date, or the reason why there is none."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from collector.method.registry import BY_KEY

METHOD_VERSION = "1"


class Status(StrEnum):
    """Whether there is a figure. "Don't know" is a status of its own, never a low value."""

    OK = "ok"
    INSUFFICIENT = "insufficient"
    NOT_OBSERVABLE = "not_observable"
    STALE = "stale"


@dataclass(frozen=True)
class Signal:
    """One signal of one project as of one date.

    With status ok, `value`, `low`, `high` (95 %, in `unit`) and `score` (0..1) are finite numbers and `reason` is
    None. With any other status all four are None and `reason` says why in plain words. `n` is how many things were
    looked at. `naive` holds what a dashboard would show, `companions` what is shown beside the value, `excluded` how
    many rows were left out for each reason. Raises ValueError when these do not fit together.
    """

    key: str
    family: str
    status: Status
    reason: str | None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    n: int | None
    score: float | None
    naive: dict[str, object]
    companions: dict[str, object]
    excluded: dict[str, int]

    def __post_init__(self) -> None:
        figures = (self.value, self.low, self.high, self.score)
        if self.status is Status.OK:
            if self.reason is not None or not all(x is not None and math.isfinite(x) for x in figures):
                raise ValueError(f"{self.key} is ok, so it needs four finite figures and no reason: {figures}")
        elif not self.reason or any(x is not None for x in figures):
            raise ValueError(f"{self.key} is {self.status}, so it needs a reason and no figures: {figures}")

    @classmethod
    def measured(
        cls,
        key: str,
        *,
        value: float,
        interval: tuple[float, float],
        n: int,
        score: float,
        naive: dict[str, object],
        companions: dict[str, object],
        excluded: dict[str, int],
    ) -> Self:
        """A signal with a value, its 95 % interval (low, high) and its score from `curves.score`."""
        info = BY_KEY[key]
        low, high = interval
        return cls(
            key, info.family, Status.OK, None, value, low, high, info.unit, n, score, naive, companions, excluded
        )

    @classmethod
    def insufficient(
        cls,
        key: str,
        reason: str,
        *,
        n: int | None = None,
        naive: dict[str, object] | None = None,
        companions: dict[str, object] | None = None,
        excluded: dict[str, int] | None = None,
    ) -> Self:
        """Too little to say: fewer observations than the least n, or a window that is not covered."""
        return cls._without_value(key, Status.INSUFFICIENT, reason, n, naive, companions, excluded)

    @classmethod
    def not_observable(
        cls, key: str, reason: str, *, naive: dict[str, object] | None = None, excluded: dict[str, int] | None = None
    ) -> Self:
        """Nothing to look at: switched off, or not on GitHub."""
        return cls._without_value(key, Status.NOT_OBSERVABLE, reason, None, naive, None, excluded)

    @classmethod
    def stale(cls, key: str, reason: str) -> Self:
        """The last complete sync is too old for this date."""
        return cls._without_value(key, Status.STALE, reason, None, None, None, None)

    @classmethod
    def _without_value(
        cls,
        key: str,
        status: Status,
        reason: str,
        n: int | None,
        naive: dict[str, object] | None,
        companions: dict[str, object] | None,
        excluded: dict[str, int] | None,
    ) -> Self:
        info = BY_KEY[key]
        return cls(
            key,
            info.family,
            status,
            reason,
            None,
            None,
            None,
            info.unit,
            n,
            None,
            naive or {},
            companions or {},
            excluded or {},
        )
