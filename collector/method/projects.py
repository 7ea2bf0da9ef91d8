"""The tracked projects, and what holds for all signals of each."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from typing import TYPE_CHECKING

from collector import clock
from collector.store import state

if TYPE_CHECKING:
    from collector.config import Config


@dataclass(frozen=True)
class Project:
    """A tracked project, and what holds for all its signals."""

    slug: str
    note: str | None
    configured: int  # how many repositories the configuration tracks
    created_at: datetime | None  # of the oldest tracked repository
    synced_at: datetime | None  # the oldest last complete sync of its repositories; None: there was none
    incomplete: tuple[str, ...]  # repositories whose first sync is not complete
    start: datetime  # of the database
    has_issues: bool
    has_pull_requests: bool


def projects(db: sqlite3.Connection, config: "Config") -> list[Project]:
    """All tracked projects; none before the first sync."""
    row = db.execute("SELECT value FROM meta WHERE key = 'start'").fetchone()
    if row is None:
        return []
    configured = {p.slug: len(p.repos) for p in config.projects}
    start = clock.from_text(row[0])
    out = []
    for slug, note in db.execute("SELECT slug, note FROM projects WHERE tracked ORDER BY slug").fetchall():
        repos = db.execute(
            "SELECT id, full_name, created_at, has_issues, has_pull_requests, status FROM repositories "
            "WHERE project = ? AND tracked",
            [slug],
        ).fetchall()
        synced, lost, incomplete = [], [], []
        for ident, name, _, has_issues, has_pull_requests, status in repos:
            done = dict(
                db.execute("SELECT kind, completed_at FROM sync_state WHERE repository = ?", [ident]).fetchall()
            )
            times = [done.get(kind) for kind in state.kinds(has_issues, has_pull_requests)]
            complete = [t for t in times if t is not None]
            if status in ("private_or_gone", "blocked"):
                # It is not asked any more: that makes its project stale only when nothing else is left of it.
                lost.append(min(complete, default=""))
            elif len(complete) < len(times):
                incomplete.append(name)
            else:
                synced.append(min(complete))
        last = min(synced) if synced else max(lost, default="")
        created = min((r[2] for r in repos), default=None)
        out.append(
            Project(
                slug=slug,
                note=note,
                configured=configured.get(slug, 0),
                created_at=clock.from_text(created) if created else None,
                synced_at=clock.from_text(last) if last else None,
                incomplete=tuple(incomplete),
                start=start,
                has_issues=any(r[3] for r in repos),
                has_pull_requests=any(r[4] for r in repos),
            )
        )
    return out
