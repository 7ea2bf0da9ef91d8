"""The tracked projects and repositories: how old they are, and when they were last complete."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from collector import clock
from collector.store import database, state
from collector.store.state import LOST, NOT_SHOWN

if TYPE_CHECKING:
    from collector.config import Config


@dataclass(frozen=True)
class Repository:
    """A tracked repository. `completed` says of each kind of activity when it was last complete; None: never."""

    full_name: str
    role: str
    status: str
    created_at: str
    has_issues: bool
    has_pull_requests: bool
    completed: tuple[str | None, ...]
    lacking: frozenset[str] = frozenset()  # kinds of which not all facts that some signals need have been fetched
    apart: Mapping[str, str] = field(default_factory=dict)  # kind that only some signals need -> when last complete

    @property
    def is_complete(self) -> bool:
        """Whether each kind was complete at least once."""
        return None not in self.completed

    @property
    def completed_at(self) -> str | None:
        """The oldest last completion of the kinds that were complete; None: none was."""
        return min((at for at in self.completed if at is not None), default=None)


@dataclass(frozen=True)
class TrackedProject:
    """A tracked project: what all its signals need to know of it."""

    slug: str
    note: str | None
    configured: int  # how many repositories the configuration tracks
    created_at: datetime | None  # of the oldest tracked repository
    synced_at: datetime | None  # when it was last complete; None: never
    incomplete: tuple[str, ...]  # repositories whose first sync is not complete
    start: datetime  # of the database
    has_issues: bool
    has_pull_requests: bool
    # Kind -> repositories of which not all facts that some signals need are there.
    lacking: Mapping[str, tuple[str, ...]]
    # Kind that only some signals need -> when it was last complete in all repositories that have it.
    apart: Mapping[str, datetime] = field(default_factory=dict)


def repositories(db: sqlite3.Connection) -> dict[str, list[Repository]]:
    """Return project -> its tracked repositories, in the order in which they were first synced."""
    completed: dict[int, dict[str, str | None]] = {}
    lacking: dict[int, set[str]] = {}
    for repository, kind, at, backfill, swept in db.execute(
        "SELECT repository, kind, completed_at, backfill, sweep_at FROM sync_state"
    ):
        completed.setdefault(repository, {})[kind] = at
        # Releases are read again at once, not in the course of a week.
        if backfill is not None or (kind == "releases" and swept is None):
            lacking.setdefault(repository, set()).add(kind)
    out: dict[str, list[Repository]] = {}
    # Discussions that GitHub does not serve are recorded, and not waited for.
    for ident, project, full_name, role, status, created_at, has_issues, has_pull_requests, discussed in db.execute(
        "SELECT r.id, m.project, full_name, m.role, status, created_at, has_issues, has_pull_requests, "
        "has_discussions AND NOT EXISTS (SELECT 1 FROM unreadable AS u WHERE u.repository = r.id "
        "AND u.kind = 'repository' AND u.part = 'discussions') "
        "FROM repositories AS r JOIN project_repositories AS m ON m.repository = r.id AND m.tracked ORDER BY r.id"
    ):
        times = completed.get(ident, {})
        kinds = state.kinds(has_issues, has_pull_requests)
        apart = {kind: times.get(kind) for kind in ("advisories", *(("discussions",) if discussed else ()))}
        unread = lacking.get(ident, set()).intersection(kinds) | {kind for kind, at in apart.items() if at is None}
        last = tuple(times.get(kind) for kind in kinds)
        repository = Repository(
            full_name,
            role,
            status,
            created_at,
            bool(has_issues),
            bool(has_pull_requests),
            last,
            frozenset(unread),
            {kind: at for kind, at in apart.items() if at is not None},
        )
        out.setdefault(project, []).append(repository)
    return out


def incomplete(of: Sequence[Repository]) -> tuple[str, ...]:
    """Return the names of repositories whose first sync is not complete. Lost repositories are not waited for."""
    return tuple(r.full_name for r in of if r.status not in LOST and not r.is_complete)


def lacking(of: Sequence[Repository]) -> dict[str, tuple[str, ...]]:
    """Return kind -> the names of repositories of which such facts are missing; not of those GitHub does not show."""
    shown = [r for r in of if r.status not in NOT_SHOWN]
    kinds = sorted({kind for r in shown for kind in r.lacking})
    return {kind: tuple(r.full_name for r in shown if kind in r.lacking) for kind in kinds}


def apart(of: Sequence[Repository]) -> dict[str, datetime]:
    """Return kind that only some signals need -> when it was last complete in all repositories that have it."""
    known = [r.apart for r in of if r.status not in LOST]
    kinds = {kind for times in known for kind in times}
    return {kind: clock.from_text(min(times[kind] for times in known if kind in times)) for kind in sorted(kinds)}


def last_complete(of: Sequence[Repository]) -> str | None:
    """Return when all repositories of a project were last complete; None if they never were.

    Lost repositories count only when the project has no others: only then do they make it stale.
    """
    if incomplete(of):
        return None
    shown = [r.completed_at for r in of if r.status not in LOST and r.completed_at is not None]
    lost = [r.completed_at for r in of if r.status in LOST and r.completed_at is not None]
    return min(shown) if shown else max(lost, default=None)


def categories_by_project(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Return project -> its categories, the first first."""
    out: dict[str, list[str]] = {}
    for project, category in db.execute("SELECT project, category FROM project_categories ORDER BY project, position"):
        out.setdefault(project, []).append(category)
    return out


def projects(db: sqlite3.Connection, config: "Config") -> list[TrackedProject]:
    """Return all tracked projects; none before the first sync."""
    stored = database.meta(db, "start")
    if stored is None:
        return []
    start = clock.from_text(stored)
    configured = {p.slug: len(p.repos) for p in config.projects}
    known = repositories(db)
    out = []
    for slug, note in db.execute("SELECT slug, note FROM projects WHERE tracked ORDER BY slug").fetchall():
        own = known.get(slug, [])
        created, synced = min((r.created_at for r in own), default=None), last_complete(own)
        out.append(
            TrackedProject(
                slug=slug,
                note=note,
                configured=configured.get(slug, 0),
                created_at=clock.from_text(created) if created else None,
                synced_at=clock.from_text(synced) if synced else None,
                incomplete=incomplete(own),
                start=start,
                has_issues=any(r.has_issues for r in own),
                has_pull_requests=any(r.has_pull_requests for r in own),
                lacking=lacking(own),
                apart=apart(own),
            )
        )
    return out


def with_switches(db: sqlite3.Connection, tracked: Sequence[TrackedProject]) -> list[TrackedProject]:
    """Return the projects with issues and pull requests switched on or off as they were at the date of the views."""
    switches = {
        project: (bool(has_issues), bool(has_pull_requests))
        for project, has_issues, has_pull_requests in db.execute(
            "SELECT project, max(has_issues), max(has_pull_requests) FROM tracked_repositories GROUP BY project"
        )
    }
    return [
        replace(p, has_issues=switches[p.slug][0], has_pull_requests=switches[p.slug][1]) if p.slug in switches else p
        for p in tracked
    ]
