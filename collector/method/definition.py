"""The definition of a signal, and the context that its function computes it from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from collector.method.ageing import Ageing
from collector.method.naive import Dashboard
from collector.method.projects import TrackedProject
from collector.method.signal import Signal, Status
from collector.method.statistics import bootstrap
from collector.method.window import Window

if TYPE_CHECKING:
    import numpy as np


class Row(Protocol):
    """A row of evidence, by column: sqlite3.Row, or a dict."""

    def __getitem__(self, column: str, /) -> Any: ...


def value_itself(x: float) -> float:
    """Return the value as the score: the curve of shares and probabilities."""
    return x


@dataclass(frozen=True, kw_only=True)
class SignalDefinition:
    """What is fixed about a signal.

    `compute` gets the evidence in a Context. `naive` returns what a dashboard would show of a project. `curve`
    maps a value to a score, where 1 is good: it is fixed and not a rank, so another project changes nobody's score.
    """

    key: str
    family: str
    title: str  # at most 30 characters, for tables
    question: str
    unit: str
    direction: Literal["up", "down"]  # which way is better
    least_n: str  # below it the signal is insufficient; in words
    reads: tuple[str, ...]  # the columns of its evidence that `compute` reads, beside `counted` and `reason`
    compute: "Callable[[Context], Signal]"
    naive: Callable[[Dashboard, str], dict[str, object]]
    naive_figures: Mapping[str, str]  # what `naive` returns, each in words
    leaves_out: tuple[
        str, ...
    ] = ()  # the reasons of its evidence's rows that do not count: collector/method/left_out.py
    curve: Callable[[float], float] = value_itself
    about_issues: bool = False  # not observable where issues are switched off
    about_pull_requests: bool = False  # not observable where pull requests are switched off
    # Kinds of activity of which all facts must have been fetched: also those that were added later, and discussions,
    # which not all signals need; and the facts of `completeness.FACTS`. Only where these facts count.
    needs: tuple[str, ...] = ()
    # How it changes from day to day, as what is open at the date does; None: it stays the same for a week if no fact
    # changes.
    ageing: Ageing | None = None
    about_people: bool = False  # not observable where a mirror pushes other people's work

    def score(self, x: float) -> float:
        """Return the score (0..1) at the value `x`."""
        return min(1.0, max(0.0, self.curve(x)))


@dataclass(frozen=True)
class Context:
    """One signal of one project as of a date: the project, the window, the evidence, and the naive figure."""

    signal: SignalDefinition
    project: TrackedProject
    window: Window
    rows: Sequence[Row]
    naive: dict[str, object]
    missing: Mapping[str, str] = field(default_factory=dict)  # facts that are not complete yet -> what is not known

    @cached_property
    def counted(self) -> list[Row]:
        """Return the rows that count."""
        return [row for row in self.rows if row["counted"]]

    @cached_property
    def excluded(self) -> dict[str, int]:
        """Return reason -> how many rows do not count because of it."""
        if len(self.counted) == len(self.rows):
            return {}
        return dict(Counter(str(row["reason"]) for row in self.rows if not row["counted"]))

    @property
    def created_at(self) -> datetime:
        """Return when the project's oldest repository was created."""
        created_at = self.project.created_at
        assert created_at is not None  # a project without a repository is not computed
        return created_at

    def too_young(self) -> str | None:
        """Return why the project is too young to be judged, None if it is not."""
        return self.window.too_young(self.created_at)

    def generator(self) -> "np.random.Generator":
        """Return the random number generator of this signal, project and window: always the same numbers."""
        return bootstrap.generator(self.project.slug, self.signal.key, self.window)

    def measured(
        self,
        value: float,
        interval: tuple[float, float],
        n: float,
        companions: dict[str, object],
        judged_at: Callable[[float], float] = value_itself,
    ) -> Signal:
        """Return a signal with a value and its 95 % interval.

        The scores are those of `judged_at` (value, low, high), by default the value and the interval itself.
        """
        low, high = interval
        score = self.signal.score(judged_at(value))
        ends = sorted(self.signal.score(judged_at(end)) for end in interval)
        return Signal(
            key=self.signal.key,
            status=Status.OK,
            reason=None,
            value=value,
            low=low,
            high=high,
            n=n,
            score=score,
            score_low=ends[0],
            score_high=ends[1],
            naive=self.naive,
            companions=companions,
            excluded=self.excluded,
        )

    def insufficient(self, reason: str, n: float | None = None, companions: dict[str, object] | None = None) -> Signal:
        """Return a signal without a value, because there is too little to judge."""
        return self._without_value(Status.INSUFFICIENT, reason, n, companions)

    def not_observable(self, reason: str) -> Signal:
        """Return a signal without a value, because nothing can be observed."""
        return self._without_value(Status.NOT_OBSERVABLE, reason)

    def stale(self, reason: str) -> Signal:
        """Return a signal without a value, because the last complete sync is too old."""
        return self._without_value(Status.STALE, reason)

    def _without_value(
        self, status: Status, reason: str, n: float | None = None, companions: dict[str, object] | None = None
    ) -> Signal:
        return Signal(
            key=self.signal.key,
            status=status,
            reason=reason,
            value=None,
            low=None,
            high=None,
            n=n,
            score=None,
            score_low=None,
            score_high=None,
            naive=self.naive,
            companions=companions or {},
            excluded=self.excluded,
        )
