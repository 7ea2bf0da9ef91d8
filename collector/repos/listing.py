"""The tracked repositories with their sync status."""

import sqlite3
from dataclasses import dataclass

from collector.config import Config
from collector.report import reading


@dataclass(frozen=True)
class Listed:
    """A repository in the configuration; `status` is "never synced" if the database does not have it."""

    project: str
    repo: str
    role: str
    status: str
    full_name: str | None
    last_sync: str | None
    note: str


def rows(config: Config, db: sqlite3.Connection | None) -> list[Listed]:
    """Return all tracked repositories in the configuration's order; `db` is None if there is no database yet."""
    synced, names = {}, {}
    if db is not None:
        synced = {r.full_name: r for found in reading.tracked_repositories(db).values() for r in found}
        names = {r[0].lower(): r[1] for r in db.execute("SELECT configured_as, full_name FROM repositories")}
    out = []
    for project in config.projects:
        for entry in project.repos:
            known = synced.get(names.get(entry.repo.lower(), ""))
            status = known.status if known else "never synced"
            last = known.last_sync if known else None
            name = known.full_name if known else None
            out.append(Listed(project.slug, entry.repo, entry.role, status, name, last, entry.note))
    return out
