"""What changed between two dates: releases, signals that left their interval, repositories, and altered history.

Events are dated by GitHub and belong to the days from the first date until before the second. Changes seen by a sync
are dated by the sync and belong to the days after the first date up to and including the second, since the signals of a
date come from the sync of that day. So news of consecutive periods contain everything exactly once.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collector import clock
from collector.errors import UsageError
from collector.report import evidence, model
from collector.report.model import ProjectRow, SignalRow

# (table, column) that should not change on GitHub -> name of the change.
ALTERED = {
    ("repositories", "head_oid"): "history_rewritten",
    ("tags", "oid"): "tag_moved",
    ("releases", "tag_oid"): "tag_moved",
    ("releases", "published_at"): "release_redated",
}
LATE = "arrived_late"
# Smallest change of a score that is news. Without it, a growing time since the last release would be news every day.
LEAST_MOVE = 0.05


@dataclass(frozen=True)
class NewRelease:
    """A release that counts."""

    repository: str
    tag_name: str
    published_at: str
    url: str


@dataclass(frozen=True)
class Reading:
    """A signal as of one of the two dates."""

    status: str
    reason: str | None
    value: float | None
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True)
class SignalChange:
    """A signal outside its earlier interval whose score changed ("rose", "fell"), or whose status
    changed ("status").
    """

    signal: str
    family: str
    change: str
    before: Reading
    after: Reading


@dataclass(frozen=True)
class RepositoryChange:
    """A repository that was "renamed", or whose "status" changed (archived, private or gone, back again)."""

    repository: str
    change: str
    old: str
    new: str
    seen_at: str


@dataclass(frozen=True)
class Altered:
    """The number of times a repository's history was altered in one way.

    `kind` is "history_rewritten", "tag_moved", "release_redated" or "arrived_late", `what` the affected table.
    """

    repository: str
    kind: str
    what: str
    count: int
    last_seen_at: str


@dataclass(frozen=True)
class ProjectNews:
    """What changed in one project; all lists are empty if nothing did."""

    slug: str
    name: str
    category: str
    releases: list[NewRelease]
    signals: list[SignalChange]
    repositories: list[RepositoryChange]
    altered: list[Altered]

    @property
    def any(self) -> bool:
        """Whether anything changed."""
        return bool(self.releases or self.signals or self.repositories or self.altered)


@dataclass(frozen=True)
class News:
    """What changed from `since` to `as_of`, by project, in the order of the report.

    Signals are compared only if both dates were computed with the same method version.
    """

    since: str
    as_of: str
    method_version: str
    method_before: str
    synthetic: bool
    projects: list[ProjectNews]


def check(since: date, as_of: date) -> None:
    """Raise UsageError unless `since` is before `as_of`."""
    if since >= as_of:
        raise UsageError(f"There is nothing between {since} and {as_of}.", "Use a date before --as-of for --since.")


def build(
    db: sqlite3.Connection, since: date, as_of: date, projects: Sequence[str] = (), category: str | None = None
) -> News:
    """Build the news between two dates whose signals are computed, for all tracked projects or the named ones.

    Raises UsageError like `check` and `model.build`.
    """
    check(since, as_of)
    report = model.build(db, as_of, projects, category)
    method_before = model.method_version(db, since)
    before = model.signals_of(db, since) if method_before == report.method_version else {}
    releases = _releases(db, since, as_of)
    first, last = (clock.to_text(clock.midnight(day + timedelta(days=1))) for day in (since, as_of))
    repositories = _repositories(db, first, last)
    altered = _altered(db, first, last)
    rows = [
        ProjectNews(
            p.slug,
            p.name,
            p.category,
            releases.get(p.slug, []),
            list(_moved(before.get(p.slug, []), p)),
            repositories.get(p.slug, []),
            altered.get(p.slug, []),
        )
        for p in report.projects
    ]
    return News(since.isoformat(), report.as_of, report.method_version, method_before, report.synthetic, rows)


def _moved(before: Sequence[SignalRow], project: ProjectRow) -> Iterator[SignalChange]:
    earlier = {s.signal: s for s in before}
    for now in project.signals:
        then = earlier.get(now.signal)
        if then is None:
            continue
        change = _change(then, now)
        if change is None:
            continue
        yield SignalChange(now.signal, now.family, change, _reading(then), _reading(now))


def _change(then: SignalRow, now: SignalRow) -> str | None:
    if then.status != now.status:
        return "status"
    if now.value is None or then.value is None or then.low is None or then.high is None:
        return None
    if now.score is not None and then.score is not None and abs(now.score - then.score) < LEAST_MOVE:
        return None
    # The interval of a shrunk share may exclude its own value, so compare with both.
    if now.value > max(then.high, then.value):
        return "rose"
    return "fell" if now.value < min(then.low, then.value) else None


def _reading(row: SignalRow) -> Reading:
    return Reading(row.status, row.reason, row.value, row.low, row.high, row.unit)


def _releases(db: sqlite3.Connection, since: date, as_of: date) -> dict[str, list[NewRelease]]:
    out: dict[str, list[NewRelease]] = {}
    for row in reversed(evidence.releases(db, since, as_of)):
        if row["reason"] is None:
            figures = (str(row[name]) for name in ("repository", "tag_name", "published_at", "url"))
            out.setdefault(str(row["project"]), []).append(NewRelease(*figures))
    return out


def _repositories(db: sqlite3.Connection, first: str, last: str) -> dict[str, list[RepositoryChange]]:
    out: dict[str, list[RepositoryChange]] = {}
    for project, name, column, old, new, at in db.execute(
        'SELECT r.project, r.full_name, c."column", c.old, c.new, c.seen_at FROM changes AS c '
        "JOIN repositories AS r ON r.id = c.repository AND r.tracked "
        "WHERE c.\"table\" = 'repositories' AND c.\"column\" IN ('full_name', 'status') "
        "AND c.seen_at >= ? AND c.seen_at < ? ORDER BY c.seen_at, c.id",
        [first, last],
    ):
        change = "renamed" if column == "full_name" else "status"
        out.setdefault(project, []).append(RepositoryChange(name, change, old, new, at))
    return out


def _altered(db: sqlite3.Connection, first: str, last: str) -> dict[str, list[Altered]]:
    found: dict[tuple[str, str, str, str], tuple[int, str]] = {}
    for project, name, table, column, count, at in db.execute(
        'SELECT r.project, r.full_name, c."table", c."column", count(*), max(c.seen_at) FROM changes AS c '
        "JOIN repositories AS r ON r.id = c.repository AND r.tracked "
        "WHERE c.seen_at >= ?1 AND c.seen_at < ?2 GROUP BY 1, 2, 3, 4 "
        "UNION ALL "
        "SELECT r.project, r.full_name, l.\"table\", '', count(*), max(l.seen_at) FROM late_arrivals AS l "
        "JOIN repositories AS r ON r.id = l.repository AND r.tracked "
        "WHERE l.seen_at >= ?1 AND l.seen_at < ?2 GROUP BY 1, 2, 3",
        [first, last],
    ):
        kind = ALTERED.get((table, column)) if column else LATE
        if kind is not None:
            key = (project, name, kind, table)
            known, seen = found.get(key, (0, ""))
            found[key] = known + count, max(seen, at)
    out: dict[str, list[Altered]] = {}
    for (project, name, kind, table), (count, at) in sorted(found.items()):
        out.setdefault(project, []).append(Altered(name, kind, table, count, at))
    return out
