"""Read a report from the database: the computed signals of a date, and the facts beside them."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.method import score_tables, scores
from collector.method.evidence import set_date
from collector.method.projects import Repository, categories_by_project, last_complete, repositories
from collector.method.registry import BY_KEY, SIGNALS
from collector.method.scores import FamilyScore
from collector.method.window import Window
from collector.method_constants import METHOD_VERSION, WINDOW_WEEKS
from collector.report import letters, verdict
from collector.report.model import Before, Failure, ProjectRow, Report, RepositoryRow, SignalRow, scored
from collector.store.synthetic import is_synthetic


def build(db: sqlite3.Connection, as_of: date, projects: Sequence[str] = (), category: str | None = None) -> Report:
    """Build the report as of a date whose signals are computed, for all tracked projects or the named ones.

    Raises UsageError, with a suggestion, for an unknown project or category.
    """
    tracked = db.execute(
        "SELECT slug, name, category, homepage, note FROM projects WHERE tracked ORDER BY category, lower(name)"
    )
    categories = categories_by_project(db)
    chosen = _chosen(tracked.fetchall(), categories, projects, category)
    signals, before, known = signals_of(db, as_of), _a_year_before(db, as_of), repositories(db)
    facts, weekly = _facts(db, as_of), _weekly_author_days(db, as_of)
    version = method_version(db, as_of)
    stored = score_tables.scores_of(db, as_of, version)
    rows = [
        _project(
            *row,
            categories.get(row[0], [row[2]]),
            as_of,
            known.get(row[0], []),
            signals.get(row[0], []),
            before.get(row[0], []),
            facts.get(row[0], _Facts()),
            weekly.get(row[0], [0] * WINDOW_WEEKS),
            stored.get(row[0]),
        )
        for row in chosen
    ]
    failures = _failures(db)
    if projects or category is not None:
        names = {r.full_name for row in rows for r in row.repositories}
        failures = [f for f in failures if f.repository in names]
    # An earlier version of the program computed signals without them.
    found = score_tables.letters_of(db, as_of) if stored else letters.computed(rows, as_of)
    shown = letters.of_shown(found, rows)
    return Report(as_of.isoformat(), version, is_synthetic(db), rows, failures, shown)


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


_Tracked = tuple[str, str, str, str | None, str | None]


@dataclass(frozen=True)
class _Facts:
    """What the report shows of a row of `project_facts`, in the order in which it is read."""

    state: str | None = None
    last_release: str | None = None
    last_release_url: str | None = None
    last_change: str | None = None
    last_change_url: str | None = None
    author_days_26: int | None = None
    author_days_52: int | None = None
    author_days_before: int | None = None


def _chosen(
    tracked: list[_Tracked], categories: Mapping[str, list[str]], projects: Sequence[str], category: str | None
) -> list[_Tracked]:
    slugs = {project_named(project, {row[0]: row[1] for row in tracked}) for project in projects}
    if category is not None:
        known = dict.fromkeys(name for row in tracked for name in categories.get(row[0], [row[2]]))
        category = named(category, list(known), "category")
    return [
        row
        for row in tracked
        if (not slugs or row[0] in slugs) and (category is None or category in categories.get(row[0], [row[2]]))
    ]


def _project(
    slug: str,
    name: str,
    category: str,
    homepage: str | None,
    note: str | None,
    categories: list[str],
    as_of: date,
    own: list[Repository],
    signals: list[SignalRow],
    before: list[Before],
    facts: _Facts,
    weekly: list[int],
    stored: list[FamilyScore] | None,
) -> ProjectRow:
    known = scored(signals)
    *families, overall = stored or [*scores.families(known), scores.overall_of(slug, as_of, known)]
    row = ProjectRow(
        slug=slug,
        name=name,
        category=category,
        categories=categories,
        homepage=homepage or None,
        note=note or None,
        score=overall.score,
        low=overall.low,
        high=overall.high,
        coverage=sum(s.status == "ok" for s in signals) / len(SIGNALS),
        verdict="",
        **vars(facts),
        weekly_author_days=weekly,
        data_as_of=last_complete(own),
        families=families,
        repositories=[_repository(r) for r in own],
        signals=signals,
        a_year_before=before,
    )
    return replace(row, verdict=verdict.of(row, as_of))


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
    columns = ", ".join(field.name for field in fields(_Facts))
    found = db.execute(f"SELECT project, {columns} FROM project_facts WHERE as_of = ?", [as_of.isoformat()])
    return {project: _Facts(*facts) for project, *facts in found}


def _weekly_author_days(db: sqlite3.Connection, as_of: date) -> dict[str, list[int]]:
    """Return project -> its substantive author-days in each week of the window, the oldest first."""
    set_date(db, as_of)
    window = Window(as_of)
    out: dict[str, list[int]] = {}
    for project, day in db.execute("SELECT project, day FROM author_days WHERE substantive"):
        week = window.week_of(date.fromisoformat(day))
        if week is not None:
            out.setdefault(project, [0] * WINDOW_WEEKS)[week] += 1
    return out


def _a_year_before(db: sqlite3.Connection, as_of: date) -> dict[str, list[Before]]:
    """Return each project's signals as of the computed date nearest to one year earlier, at most ten days off.

    Only figures of the same method are comparable.
    """
    then = as_of - timedelta(weeks=WINDOW_WEEKS)
    found = db.execute(
        "SELECT as_of FROM signals "
        "WHERE abs(julianday(as_of) - julianday(:then)) <= 10 AND as_of < :as_of AND method_version = :version "
        "GROUP BY as_of ORDER BY abs(julianday(as_of) - julianday(:then)), as_of LIMIT 1",
        {"then": then.isoformat(), "as_of": as_of.isoformat(), "version": method_version(db, as_of)},
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
