"""Write projects and repositories: what the configuration tracks, and changes of names and statuses."""

import json
import sqlite3

from collector.config import Config
from collector.store.batch import TABLES, Change
from collector.store.state import LOST
from collector.store.write import mark_gone, record_changes


def write_projects(db: sqlite3.Connection, config: Config) -> None:
    """Upsert the configured projects. Projects and repositories no longer configured stay, with `tracked` 0."""
    slugs = [p.slug for p in config.projects]
    for p in config.projects:
        db.execute(
            "INSERT INTO projects (slug, name, category, homepage, note, tracked) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT (slug) DO UPDATE SET name = excluded.name, category = excluded.category, "
            "homepage = excluded.homepage, note = excluded.note, tracked = 1",
            [p.slug, p.name, p.category, p.homepage, p.note],
        )
        db.execute("DELETE FROM project_categories WHERE project = ?", [p.slug])
        db.executemany(
            "INSERT INTO project_categories (project, category, position) VALUES (?, ?, ?)",
            [(p.slug, category, position) for position, category in enumerate(p.categories)],
        )
    # As JSON: a list may have more entries than a statement parameters (https://www.sqlite.org/limits.html).
    db.execute(
        "UPDATE projects SET tracked = 0 WHERE slug NOT IN (SELECT value FROM json_each(?))", [json.dumps(slugs)]
    )
    names = [r.repo.lower() for p in config.projects for r in p.repos]
    listed = "lower(configured_as) IN (SELECT value FROM json_each(?1))"
    db.execute(f"UPDATE repositories SET tracked = {listed} WHERE tracked <> ({listed})", [json.dumps(names)])


def record_status(db: sqlite3.Connection, repository: int, status: str, now: str) -> None:
    """Record a change of a repository's status in `changes`. Call it before writing the new status."""
    old = db.execute("SELECT status FROM repositories WHERE id = ?", [repository]).fetchone()
    if old and old[0] != status:
        record_changes(db, Change("repositories", str(repository), repository, "status", old[0], status, now))


def record_rename(db: sqlite3.Connection, repository: int, full_name: str, now: str) -> None:
    """Record a rename in `changes` and rename the repository in stored events. Call it before writing the new name.

    GitHub's own answers show only the new name, also in old events.
    """
    old = db.execute("SELECT full_name FROM repositories WHERE id = ?", [repository]).fetchone()
    if old and old[0] != full_name:
        record_changes(db, Change("repositories", str(repository), repository, "full_name", old[0], full_name, now))
        for column in ("source_repository", "from_repository"):
            db.execute(f"UPDATE events SET {column} = ? WHERE {column} = ?", [full_name, old[0]])


def mark_missing(db: sqlite3.Connection, repository: int, status: str, now: str) -> int:
    """Set the status of a repository that GitHub does not show, and return how many rows were marked as gone.

    Only a status in LOST marks it as gone; "not_authorised" says nothing about the repository. If a lost repository
    returns, no earlier sync could have seen its objects, so they are not recorded as late arrivals.
    """
    record_status(db, repository, status, now)
    db.execute("UPDATE repositories SET status = ? WHERE id = ? AND status <> ?", [status, repository, status])
    if status not in LOST:
        return 0
    db.execute("UPDATE sync_state SET witnessed_at = NULL WHERE repository = ?", [repository])
    return mark_gone(db, TABLES["repositories"], [(repository,)], now)
