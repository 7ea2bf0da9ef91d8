"""The report as data. All output formats are written from it, and it is itself the JSON format."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.method import scores
from collector.method.constants import METHOD_VERSION, WINDOW_WEEKS
from collector.method.projects import Repository, last_complete, repositories
from collector.method.registry import BY_KEY, SIGNALS
from collector.method.scores import FamilyScore, Scored
from collector.report.as_of_date import is_synthetic


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

    `state`, `last_release` and `last_change` are as in the table `project_facts`; `state` is None where an earlier
    version of the program computed the date.
    """

    slug: str
    name: str
    category: str
    note: str | None
    score: float | None
    low: float | None
    high: float | None
    coverage: float
    state: str | None
    last_release: str | None
    last_change: str | None
    data_as_of: str | None
    families: list[FamilyScore]
    repositories: list[RepositoryRow]
    signals: list[SignalRow]
    a_year_before: list[Before]

    @property
    def families_a_year_before(self) -> list[FamilyScore]:
        """The family scores of a year earlier; empty if no signals were computed for that time."""
        return scores.families(_scored(self.a_year_before)) if self.a_year_before else []

    @property
    def overall(self) -> FamilyScore:
        """The overall score, with how many of the families have one."""
        known = sum(f.score is not None for f in self.families)
        return FamilyScore(scores.OVERALL, self.score, self.low, self.high, known, len(self.families))

    def scored(self) -> list[Scored]:
        """Return the scores of the signals that have one, with intervals."""
        return _scored(self.signals)


@dataclass(frozen=True)
class Report:
    """The report. Projects are sorted by category and name, which is not a ranking."""

    as_of: str
    method_version: str
    synthetic: bool
    projects: list[ProjectRow]
    failures: list[Failure]


def build(db: sqlite3.Connection, as_of: date, projects: Sequence[str] = (), category: str | None = None) -> Report:
    """Build the report as of a date whose signals are computed, for all tracked projects or the named ones.

    Raises UsageError, with a suggestion, for an unknown project or category.
    """
    tracked = db.execute("SELECT slug, name, category, note FROM projects WHERE tracked ORDER BY category, lower(name)")
    chosen = _chosen(tracked.fetchall(), projects, category)
    signals, before, known = signals_of(db, as_of), _a_year_before(db, as_of), repositories(db)
    facts = _facts(db, as_of)
    rows = [
        _project(
            *row,
            as_of,
            known.get(row[0], []),
            signals.get(row[0], []),
            before.get(row[0], []),
            facts.get(row[0], (None, None, None)),
        )
        for row in chosen
    ]
    failures = _failures(db)
    if projects or category is not None:
        names = {r.full_name for row in rows for r in row.repositories}
        failures = [f for f in failures if f.repository in names]
    return Report(as_of.isoformat(), method_version(db, as_of), is_synthetic(db), rows, failures)


def named(wanted: str, known: Sequence[str], kind: str) -> str:
    """Return the known name that equals `wanted` ignoring case. Raises UsageError, with a
    suggestion, if there is none.
    """
    for name in known:
        if name.casefold() == wanted.casefold():
            return name
    raise UsageError(
        f'There is no {kind} "{wanted}"{did_you_mean(wanted, known)}', f"Known: {', '.join(sorted(known))}."
    )


def project_named(wanted: str, known: Mapping[str, str]) -> str:
    """Return the slug of the project with this slug or name; `known` maps slug to name. Raises UsageError."""
    by_name = {name.casefold(): slug for slug, name in known.items()}
    by_slug = {slug.casefold(): slug for slug in known}
    return (by_name | by_slug).get(wanted.casefold()) or named(wanted, list(known), "project")


_Tracked = tuple[str, str, str, str | None]
_Facts = tuple[str | None, str | None, str | None]


def _chosen(tracked: list[_Tracked], projects: Sequence[str], category: str | None) -> list[_Tracked]:
    slugs = {project_named(project, {row[0]: row[1] for row in tracked}) for project in projects}
    if category is not None:
        category = named(category, list(dict.fromkeys(row[2] for row in tracked)), "category")
    return [row for row in tracked if (not slugs or row[0] in slugs) and category in (None, row[2])]


def _project(
    slug: str,
    name: str,
    category: str,
    note: str | None,
    as_of: date,
    own: list[Repository],
    signals: list[SignalRow],
    before: list[Before],
    facts: _Facts,
) -> ProjectRow:
    scored = _scored(signals)
    score, low, high = scores.overall(slug, as_of, scored)
    state, last_release, last_change = facts
    return ProjectRow(
        slug=slug,
        name=name,
        category=category,
        note=note or None,
        score=score,
        low=low,
        high=high,
        coverage=sum(s.status == "ok" for s in signals) / len(SIGNALS),
        state=state,
        last_release=last_release,
        last_change=last_change,
        data_as_of=last_complete(own),
        families=scores.families(scored),
        repositories=[_repository(r) for r in own],
        signals=signals,
        a_year_before=before,
    )


def _scored(signals: Sequence[SignalRow | Before]) -> list[Scored]:
    return [
        Scored(BY_KEY[s.signal].family, s.score, s.score_low, s.score_high)
        for s in signals
        if s.signal in BY_KEY and s.score is not None and s.score_low is not None and s.score_high is not None
    ]


def signals_of(db: sqlite3.Connection, as_of: date) -> dict[str, list[SignalRow]]:
    """Return the signals of a date by project, in the method's order."""
    found = db.execute(
        "SELECT project, signal, status, reason, value, low, high, unit, n, score, score_low, score_high, "
        "naive, companions, excluded FROM signals WHERE as_of = ?",
        [as_of.isoformat()],
    )
    out: dict[str, list[SignalRow]] = {}
    for project, signal, *figures, naive, companions, excluded in found:
        family = BY_KEY[signal].family if signal in BY_KEY else "other"
        figures += [json.loads(naive) if naive else None, json.loads(companions), json.loads(excluded)]
        out.setdefault(project, []).append(SignalRow(signal, family, *figures))
    order = {info.key: place for place, info in enumerate(SIGNALS)}
    for rows in out.values():
        rows.sort(key=lambda row: order.get(row.signal, len(order)))
    return out


def _facts(db: sqlite3.Connection, as_of: date) -> dict[str, _Facts]:
    """Return project -> its state, last release and last change."""
    found = db.execute(
        "SELECT project, state, last_release, last_change FROM project_facts WHERE as_of = ?", [as_of.isoformat()]
    )
    return {project: (state, release, change) for project, state, release, change in found}


def _a_year_before(db: sqlite3.Connection, as_of: date) -> dict[str, list[Before]]:
    """Return each project's signals as of the computed date nearest to one year earlier, at most ten days off.

    Only figures of the same method are comparable.
    """
    then = as_of - timedelta(weeks=WINDOW_WEEKS)
    found = db.execute(
        "SELECT as_of FROM signals "
        "WHERE abs(julianday(as_of) - julianday(?1)) <= 10 AND as_of < ?2 AND method_version = ?3 "
        "GROUP BY as_of ORDER BY abs(julianday(as_of) - julianday(?1)), as_of LIMIT 1",
        [then.isoformat(), as_of.isoformat(), method_version(db, as_of)],
    ).fetchone()
    out: dict[str, list[Before]] = {}
    if found:
        for project, *row in db.execute(
            "SELECT project, signal, as_of, status, value, low, high, score, score_low, score_high "
            "FROM signals WHERE as_of = ? ORDER BY project, signal",
            found,
        ):
            out.setdefault(project, []).append(Before(*row))
    return out


def tracked_repositories(db: sqlite3.Connection) -> dict[str, list[RepositoryRow]]:
    """Return each project's tracked repositories, in the order in which they were first synced."""
    return {project: [_repository(r) for r in own] for project, own in repositories(db).items()}


def _repository(found: Repository) -> RepositoryRow:
    last_sync = found.completed_at if found.is_complete else None
    return RepositoryRow(found.full_name, found.role, found.status, last_sync)


def _failures(db: sqlite3.Connection) -> list[Failure]:
    found = db.execute(
        "SELECT repository, kind, error, at FROM sync_errors "
        "WHERE run = (SELECT max(id) FROM sync_runs WHERE finished_at IS NOT NULL) ORDER BY id"
    )
    return [Failure(*row) for row in found]


def method_version(db: sqlite3.Connection, as_of: date) -> str:
    """Return the version of the method that the signals of a date were computed with."""
    found = db.execute("SELECT max(method_version) FROM signals WHERE as_of = ?", [as_of.isoformat()]).fetchone()[0]
    return str(found or METHOD_VERSION)
