"""Writes what the configuration tracks and what has become of each repository. Nothing here knows GitHub."""

import sqlite3

from collector.config import Config
from collector.store.batch import TABLES, Change
from collector.store.state import LOST
from collector.store.write import mark_gone, record_changes


def write_projects(db: sqlite3.Connection, config: Config) -> None:
    """Upsert the configured projects; one that left the configuration stays, untracked, as do its repositories."""
    slugs = [p.slug for p in config.projects]
    for p in config.projects:
        db.execute(
            "INSERT INTO projects (slug, name, category, homepage, note, tracked) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT (slug) DO UPDATE SET name = excluded.name, category = excluded.category, "
            "homepage = excluded.homepage, note = excluded.note, tracked = 1",
            [p.slug, p.name, p.category, p.homepage, p.note],
        )
    marks = ", ".join("?" * len(slugs))
    db.execute(f"UPDATE projects SET tracked = 0 WHERE slug NOT IN ({marks})", slugs)
    names = [r.repo.lower() for p in config.projects for r in p.repos]
    marks = ", ".join("?" * len(names))
    db.execute(
        f"UPDATE repositories SET tracked = lower(configured_as) IN ({marks}) "
        f"WHERE tracked <> (lower(configured_as) IN ({marks}))",
        names * 2,
    )


def record_status(db: sqlite3.Connection, repository: int, status: str, now: str) -> None:
    """Keep the status that a repository had until now in `changes`, when the new one is another."""
    old = db.execute("SELECT status FROM repositories WHERE id = ?", [repository]).fetchone()
    if old and old[0] != status:
        record_changes(db, Change("repositories", str(repository), repository, "status", old[0], status, now))


def record_rename(db: sqlite3.Connection, repository: int, full_name: str, now: str) -> None:
    """Keep the name that a repository had until now in `changes`, and let events name it by the new one.

    GitHub shows the new name wherever it mentions the repository.
    """
    old = db.execute("SELECT full_name FROM repositories WHERE id = ?", [repository]).fetchone()
    if old and old[0] != full_name:
        record_changes(db, Change("repositories", str(repository), repository, "full_name", old[0], full_name, now))
        db.execute("UPDATE events SET source_repository = ? WHERE source_repository = ?", [full_name, old[0]])


def mark_missing(db: sqlite3.Connection, repository: int, status: str, now: str) -> int:
    """Give a repository that GitHub does not show its status; returns how many rows are marked gone by it.

    Only a lost repository is gone; one that this token may not see is not. What shows up after the return of a lost one
    was not there to be seen before, so its late arrivals are held against nobody.
    """
    record_status(db, repository, status, now)
    db.execute("UPDATE repositories SET status = ? WHERE id = ? AND status <> ?", [status, repository, status])
    if status not in LOST:
        return 0
    db.execute("UPDATE sync_state SET witnessed_at = NULL WHERE repository = ?", [repository])
    return mark_gone(db, TABLES["repositories"], [(repository,)], now)
