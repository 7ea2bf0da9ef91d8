"""What changed between two dates: releases, signals that left their band, repositories, and history seen to be altered.

What happened is dated by GitHub and lies from the first date until before the second. What a sync saw is dated by the
sync: after the first date, up to and with the second, since the signals of a date come from the sync of that day. So
the news of consecutive dates hold everything, and nothing twice.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collector import clock
from collector.errors import UsageError
from collector.report import evidence, model
from collector.report.model import ProjectRow, SignalRow

# (table, column) of what GitHub should not change -> what its change is called.
ALTERED = {
    ("repositories", "head_oid"): "history_rewritten",
    ("tags", "oid"): "tag_moved",
    ("releases", "tag_oid"): "tag_moved",
    ("releases", "published_at"): "release_redated",
}
LATE = "arrived_late"
# What a score must move to be worth a word: a wait that no release ends grows by a day every day.
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
    """A signal that left its earlier interval and whose score moved ("rose", "fell"), or whose status changed."""

    signal: str
    family: str
    change: str
    before: Reading
    after: Reading


@dataclass(frozen=True)
class RepositoryChange:
    """A repository that was "renamed", or whose "status" changed: archived, private or gone, back again."""

    repository: str
    change: str
    old: str
    new: str
    seen_at: str


@dataclass(frozen=True)
class Altered:
    """How often a repository's past was seen to be altered in one way.

    `kind` is "history_rewritten", "tag_moved", "release_redated" or "arrived_late", `what` the table concerned.
    """

    repository: str
    kind: str
    what: str
    count: int
    last_seen_at: str


@dataclass(frozen=True)
class ProjectNews:
    """What changed in one project; all empty when nothing did."""

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

    Signals are compared only where both dates were computed by the same method.
    """

    since: str
    as_of: str
    method_version: str
    method_before: str
    synthetic: bool
    projects: list[ProjectNews]


def check(since: date, as_of: date) -> None:
    """Raise UsageError unless the one date is before the other."""
    if since >= as_of:
        raise UsageError(f"There is nothing between {since} and {as_of}.", "Give --since a date before --as-of.")


def build(
    db: sqlite3.Connection, since: date, as_of: date, projects: Sequence[str] = (), category: str | None = None
) -> News:
    """The news between two dates whose signals are computed, of all tracked projects or of those named.

    Raises UsageError as `check` and `model.build` do.
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
    # A share drawn towards one half can lie outside its own interval; that alone is no change.
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
