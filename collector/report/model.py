"""The report as data. All output formats are written from it, and it is itself the JSON format."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from collector.method import scores
from collector.method.letters import Letters
from collector.method.registry import BY_KEY
from collector.method.scores import FamilyScore, Scored

QUIET_STATES = frozenset({"silent", "sporadic", "never_published"})
"""States in which little is public."""


@dataclass(frozen=True)
class SignalRow:
    """One signal of one project; the numbers are None unless the status is ok."""

    signal: str
    family: str
    status: str
    reason: str | None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    n: float | None
    score: float | None
    score_low: float | None
    score_high: float | None
    naive: dict[str, object] | None
    companions: dict[str, object]
    excluded: dict[str, int]


@dataclass(frozen=True)
class Before:
    """A signal as of a date about one year earlier; the numbers are None unless the status was ok."""

    signal: str
    as_of: str
    status: str
    value: float | None
    low: float | None
    high: float | None
    score: float | None
    score_low: float | None
    score_high: float | None


@dataclass(frozen=True)
class RepositoryRow:
    """One tracked repository; `last_sync` is the time of its last complete sync, None before the first."""

    full_name: str
    role: str
    status: str
    last_sync: str | None


@dataclass(frozen=True)
class Failure:
    """An error in the last sync; repository "*" means the whole run."""

    repository: str
    kind: str
    error: str
    at: str


@dataclass(frozen=True)
class ProjectRow:
    """One project. `coverage` is the share of the method's signals with a value, `data_as_of` its
    last complete sync.

    `verdict` says in a few plain sentences what a reader wants to know first. The state, the last release and change
    and the author-days of half a year, a year and the year before it are as in the table `project_facts`; they are None
    where an earlier version of the program computed the date. `weekly_author_days` are those of each week of the
    window, the oldest first. `category` is the first of the `categories`.
    """

    slug: str
    name: str
    category: str
    categories: list[str]
    homepage: str | None
    note: str | None
    score: float | None
    low: float | None
    high: float | None
    coverage: float
    verdict: str
    state: str | None
    last_release: str | None
    last_release_url: str | None
    last_change: str | None
    last_change_url: str | None
    author_days_26: int | None
    author_days_52: int | None
    author_days_before: int | None
    weekly_author_days: list[int]
    data_as_of: str | None
    families: list[FamilyScore]
    repositories: list[RepositoryRow]
    signals: list[SignalRow]
    a_year_before: list[Before]

    @property
    def overall(self) -> FamilyScore:
        """The overall score, with how many of the families have one."""
        known = sum(f.score is not None for f in self.families)
        return FamilyScore(scores.OVERALL, self.score, self.low, self.high, known, len(self.families))

    def scored(self) -> list[Scored]:
        """Return the scores of the signals that have one, with intervals."""
        return scored(self.signals)


@dataclass(frozen=True)
class Report:
    """The report. Projects are sorted by category and name, which is not a ranking.

    `letters` are by category, family (or "overall") and project: those that share one cannot be told apart.
    """

    as_of: str
    method_version: str
    synthetic: bool
    projects: list[ProjectRow]
    failures: list[Failure]
    letters: dict[str, Letters]

    def in_order(self) -> list[tuple[str, list[ProjectRow]]]:
        """Return the categories with their projects, in alphabetical order, but those with less known last."""
        first = {category: min(map(_rank, own)) for category, own in _by_category(self.projects)}
        ordered = sorted(self.projects, key=lambda p: (first[p.category], p.category, _rank(p), p.name.casefold()))
        return _by_category(ordered)


def _by_category(projects: Sequence[ProjectRow]) -> list[tuple[str, list[ProjectRow]]]:
    return [(category, list(own)) for category, own in groupby(projects, lambda p: p.category)]


def _rank(project: ProjectRow) -> int:
    """Return 0 for a project with known signals, 1 for one in a quiet state, 2 for one without any value."""
    if all(s.value is None for s in project.signals):
        return 2
    return int(project.state in QUIET_STATES)


def scored(signals: Sequence[SignalRow | Before]) -> list[Scored]:
    """Return the scores of the signals that have one, with intervals."""
    return [
        Scored(BY_KEY[s.signal].family, s.score, s.score_low, s.score_high)
        for s in signals
        if s.signal in BY_KEY and s.score is not None and s.score_low is not None and s.score_high is not None
    ]
