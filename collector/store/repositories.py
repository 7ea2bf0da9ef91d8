"""Write projects and repositories: what the configuration tracks, and changes of names and statuses."""

import json
import sqlite3

from collector.config import Config
from collector.store.batch import TABLES, Change
from collector.store.state import LOST
from collector.store.write import mark_gone, record_changes


def write_projects(db: sqlite3.Connection, config: Config, whole: Config | None = None) -> None:
    """Upsert the configured projects. Projects and repositories no longer configured stay, with `tracked` 0.

    `whole` is the configuration of which `config` is a shard; None: the same.
    """
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
    listed = "lower(configured_as) IN (SELECT value FROM json_each(:names))"
    db.execute(f"UPDATE repositories SET tracked = {listed} WHERE tracked <> ({listed})", {"names": json.dumps(names)})
    write_memberships(db, whole or config)


def write_memberships(db: sqlite3.Connection, config: Config) -> None:
    """Write which of the stored projects each stored repository belongs to, and in which role.

    A repository that leaves one of its projects belongs to the others; one that leaves the last stays there, with
    `tracked` 0. Call it again when repositories were stored for the first time.
    """
    ids: dict[str, list[int]] = {}
    for ident, name in db.execute("SELECT id, lower(configured_as) FROM repositories WHERE tracked"):
        ids.setdefault(name, []).append(ident)
    slugs = {slug for (slug,) in db.execute("SELECT slug FROM projects WHERE tracked")}
    wanted = {
        (project.slug, ident): (entry.role, position)
        for name, members in config.by_repository().items()
        for position, (project, entry) in enumerate(members)
        for ident in ids.get(name, ())
        if project.slug in slugs
    }
    stored = {
        (project, ident): (*role_and_position, tracked)
        for project, ident, *role_and_position, tracked in db.execute(
            "SELECT project, repository, role, position, tracked FROM project_repositories"
        )
    }
    still = {ident for found in ids.values() for ident in found}
    left = stored.keys() - wanted.keys()
    key = "WHERE project = ? AND repository = ?"
    db.executemany(f"DELETE FROM project_repositories {key}", sorted(one for one in left if one[1] in still))
    db.executemany(
        f"UPDATE project_repositories SET tracked = 0 {key} AND tracked",
        sorted(one for one in left if one[1] not in still),
    )
    changed = sorted((one, found) for one, found in wanted.items() if stored.get(one) != (*found, 1))
    # An upsert would make the triggers fail that note what changed: https://www.sqlite.org/lang_createtrigger.html
    db.executemany(
        f"UPDATE project_repositories SET role = ?, position = ?, tracked = 1 {key}",
        [(*found, *one) for one, found in changed if one in stored],
    )
    db.executemany(
        "INSERT INTO project_repositories (project, repository, role, position, tracked) VALUES (?, ?, ?, ?, 1)",
        [(*one, *found) for one, found in changed if one not in stored],
    )
    write_firsts(db)


def write_firsts(db: sqlite3.Connection) -> None:
    """Make `repositories.project` and `role` those of the first project that each repository belongs to."""
    first = "SELECT project, role FROM project_repositories WHERE repository = r.id ORDER BY position, project LIMIT 1"
    db.execute(f"UPDATE repositories AS r SET (project, role) = ({first}) WHERE (r.project, r.role) <> ({first})")


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
