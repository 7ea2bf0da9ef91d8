"""The report as data: what every way of writing it down shows, so that they agree. Its JSON is the published one."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collector.config.nearest import did_you_mean
from collector.errors import UsageError
from collector.report import overall
from collector.report.days import is_synthetic
from collector.report.overall import FamilyScore, Scored
from collector.signals.registry import BY_KEY, SIGNALS
from collector.signals.signal import METHOD_VERSION

# collector.sync.parts.KINDS, whose import takes longer than a report may; a test holds them together.
KINDS = ("releases", "tags", "commits", "issues", "pull_requests", "pushes")


@dataclass(frozen=True)
class SignalRow:
    """One signal of one project; figures are None unless the status is ok."""

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
class RepositoryRow:
    """One tracked repository; `last_sync` is when everything of it was last complete, None before that."""

    full_name: str
    role: str
    status: str
    last_sync: str | None


@dataclass(frozen=True)
class Failure:
    """What went wrong in the last sync; repository "*" stands for the run as a whole."""

    repository: str
    kind: str
    error: str
    at: str


@dataclass(frozen=True)
class ProjectRow:
    """One project. `coverage` is the share of the method's signals with a value, `data_as_of` the age of its data."""

    slug: str
    name: str
    category: str
    note: str | None
    score: float | None
    low: float | None
    high: float | None
    coverage: float
    data_as_of: str | None
    families: list[FamilyScore]
    repositories: list[RepositoryRow]
    signals: list[SignalRow]


@dataclass(frozen=True)
class Report:
    """Projects by category and name, which is no ranking."""

    as_of: str
    method_version: str
    synthetic: bool
    projects: list[ProjectRow]
    failures: list[Failure]


def build(db: sqlite3.Connection, as_of: date, projects: Sequence[str] = (), category: str | None = None) -> Report:
    """The report as of a date whose signals are computed, of all tracked projects or of those named.

    Raises UsageError for a project or category that is not there, with the nearest one.
    """
    tracked = db.execute("SELECT slug, name, category, note FROM projects WHERE tracked ORDER BY category, lower(name)")
    chosen = _chosen(tracked.fetchall(), projects, category)
    signals, repositories = signals_of(db, as_of), _repositories(db)
    rows = [_project(*row, as_of, repositories.get(row[0], []), signals.get(row[0], [])) for row in chosen]
    failures = _failures(db)
    if projects or category is not None:
        names = {r.full_name for row in rows for r in row.repositories}
        failures = [f for f in failures if f.repository in names]
    return Report(as_of.isoformat(), _method_version(db, as_of), is_synthetic(db), rows, failures)


def named(wanted: str, known: Sequence[str], kind: str) -> str:
    """The known name that is meant, letter case aside. Raises UsageError, with the nearest one, when there is none."""
    for name in known:
        if name.casefold() == wanted.casefold():
            return name
    raise UsageError(
        f'There is no {kind} "{wanted}"{did_you_mean(wanted, known)}', f"Known: {', '.join(sorted(known))}."
    )


_Tracked = tuple[str, str, str, str | None]


def _chosen(tracked: list[_Tracked], projects: Sequence[str], category: str | None) -> list[_Tracked]:
    slugs = {named(slug, [row[0] for row in tracked], "project") for slug in projects}
    if category is not None:
        category = named(category, list(dict.fromkeys(row[2] for row in tracked)), "category")
    return [row for row in tracked if (not slugs or row[0] in slugs) and category in (None, row[2])]


def _project(
    slug: str,
    name: str,
    category: str,
    note: str | None,
    as_of: date,
    repositories: list[RepositoryRow],
    signals: list[SignalRow],
) -> ProjectRow:
    scored = [
        Scored(s.family, s.score, s.score_low, s.score_high)
        for s in signals
        if s.score is not None and s.score_low is not None and s.score_high is not None
    ]
    score, low, high = overall.overall(slug, as_of, scored)
    # What GitHub no longer shows cannot become younger.
    syncs = [r.last_sync for r in repositories if r.status not in ("private_or_gone", "blocked")]
    complete = [at for at in syncs if at is not None]
    return ProjectRow(
        slug=slug,
        name=name,
        category=category,
        note=note or None,
        score=score,
        low=low,
        high=high,
        coverage=sum(s.status == "ok" for s in signals) / len(SIGNALS),
        data_as_of=min(complete) if complete and len(complete) == len(syncs) else None,
        families=overall.families(scored),
        repositories=repositories,
        signals=signals,
    )


def signals_of(db: sqlite3.Connection, as_of: date) -> dict[str, list[SignalRow]]:
    """The signals of a date by project, in the method's order."""
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


def _repositories(db: sqlite3.Connection) -> dict[str, list[RepositoryRow]]:
    complete: dict[int, dict[str, str]] = {}
    for repository, kind, at in db.execute(
        "SELECT repository, kind, completed_at FROM sync_state WHERE completed_at IS NOT NULL"
    ):
        complete.setdefault(repository, {})[kind] = at
    out: dict[str, list[RepositoryRow]] = {}
    for ident, project, full_name, role, status, has_issues in db.execute(
        "SELECT id, project, full_name, role, status, has_issues FROM repositories WHERE tracked ORDER BY rowid"
    ):
        kinds = [kind for kind in KINDS if kind != "issues" or has_issues]
        times = [complete.get(ident, {}).get(kind) for kind in kinds]
        whole = [at for at in times if at is not None]
        last = min(whole) if len(whole) == len(kinds) else None
        out.setdefault(project, []).append(RepositoryRow(full_name, role, status, last))
    return out


def _failures(db: sqlite3.Connection) -> list[Failure]:
    found = db.execute(
        "SELECT repository, kind, error, at FROM sync_errors "
        "WHERE run = (SELECT max(id) FROM sync_runs WHERE finished_at IS NOT NULL) ORDER BY id"
    )
    return [Failure(*row) for row in found]


def _method_version(db: sqlite3.Connection, as_of: date) -> str:
    found = db.execute("SELECT max(method_version) FROM signals WHERE as_of = ?", [as_of.isoformat()]).fetchone()[0]
    return str(found or METHOD_VERSION)
