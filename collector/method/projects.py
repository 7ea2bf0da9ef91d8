"""The tracked projects and repositories: how old they are, and when they were last complete."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    discussed_at: str | None = None  # when discussions were last complete, where there are any

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
    lacking: Mapping[
        str, tuple[str, ...]
    ]  # kind -> repositories of which not all facts that some signals need are there
    discussed_at: datetime | None = None  # the oldest last completion of discussions, where there are any


def repositories(db: sqlite3.Connection) -> dict[str, list[Repository]]:
    """Return project -> its tracked repositories, in the order in which they were first synced."""
    completed: dict[int, dict[str, str | None]] = {}
    lacking: dict[int, set[str]] = {}
    for repository, kind, at, backfill in db.execute("SELECT repository, kind, completed_at, backfill FROM sync_state"):
        completed.setdefault(repository, {})[kind] = at
        if backfill is not None:
            lacking.setdefault(repository, set()).add(kind)
    out: dict[str, list[Repository]] = {}
    # Discussions that GitHub does not serve are recorded, and not waited for.
    for ident, project, full_name, role, status, created_at, has_issues, has_pull_requests, discussed in db.execute(
        "SELECT id, project, full_name, role, status, created_at, has_issues, has_pull_requests, "
        "has_discussions AND NOT EXISTS (SELECT 1 FROM unreadable AS u WHERE u.repository = r.id "
        "AND u.kind = 'repository' AND u.part = 'discussions') FROM repositories AS r WHERE tracked ORDER BY rowid"
    ):
        times = completed.get(ident, {})
        kinds = state.kinds(has_issues, has_pull_requests)
        unread = lacking.get(ident, set()).intersection(kinds)
        discussed_at = times.get("discussions") if discussed else None
        if discussed and discussed_at is None:
            unread.add("discussions")
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
            discussed_at,
        )
        out.setdefault(project, []).append(repository)
    return out


def incomplete(of: Sequence[Repository]) -> tuple[str, ...]:
    """Return the names of repositories whose first sync is not complete. Lost repositories are not waited for."""
    return tuple(r.full_name for r in of if r.status not in LOST and not r.is_complete)


def lacking(of: Sequence[Repository]) -> dict[str, tuple[str, ...]]:
    """Return kind -> the names of repositories that lack facts of it, without those that GitHub does not show."""
    shown = [r for r in of if r.status not in NOT_SHOWN]
    kinds = sorted({kind for r in shown for kind in r.lacking})
    return {kind: tuple(r.full_name for r in shown if kind in r.lacking) for kind in kinds}


def last_complete(of: Sequence[Repository]) -> str | None:
    """Return when all repositories of a project were last complete; None if they never were.

    Lost repositories count only when the project has no others: only then do they make it stale.
    """
    if incomplete(of):
        return None
    shown = [r.completed_at for r in of if r.status not in LOST and r.completed_at is not None]
    lost = [r.completed_at for r in of if r.status in LOST and r.completed_at is not None]
    return min(shown) if shown else max(lost, default=None)


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
        discussed = min((r.discussed_at for r in own if r.discussed_at and r.status not in LOST), default=None)
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
                discussed_at=clock.from_text(discussed) if discussed else None,
            )
        )
    return out
