"""Which projects' derived tables are out of date, and the removal of their rows."""

import json
import sqlite3
from collections.abc import Set
from dataclasses import replace

from collector.config import Config
from collector.derive import DERIVATION_VERSION
from collector.method_constants import METHOD_VERSION
from collector.store import privacy

# Tables that several projects share, and that are too small to be kept per project.
SHARED = ("review_commands", "machines", "incident_labels")

_OWN = "project = :project"
_RANGES = f"release_versions AS v JOIN release_ranges AS r ON r.release_version = v.id WHERE v.{_OWN}"
OF_PROJECT = {
    "bot_merges": _OWN,
    "answer_marks": _OWN,
    # Those of a project are found without an index: their numbers follow one another.
    "released_pieces": f"{_OWN} AND id BETWEEN (SELECT min(first) FROM {_RANGES}) "
    f"AND (SELECT max(last) FROM {_RANGES})",
    "release_ranges": f"release_version IN (SELECT id FROM release_versions WHERE {_OWN})",
    "release_days": f"release_version IN (SELECT id FROM release_versions WHERE {_OWN})",
    "release_versions": _OWN,
    "declared_paths": _OWN,
    "last_changes": _OWN,
    "work_paths": f"work IN (SELECT id FROM work WHERE {_OWN})",
    # All that landed is in a unit of work; the index begins with the repository.
    "landings": f"repository IN (SELECT repository FROM work WHERE {_OWN}) AND {_OWN}",
    "insiders": _OWN,
    "imported_threads": _OWN,
    "reverts": _OWN,
    "counted_pull_requests": _OWN,
    "work": _OWN,
}
"""Table -> the condition for a project's rows. A table stands before those that it refers to, or is found by."""


def marks(db: sqlite3.Connection, config: Config) -> dict[str, str]:
    """Return tracked project -> a text that changes with the rules and with the configuration of the project."""
    shared = replace(config, projects=())
    own = {project.slug: (project,) for project in config.projects}
    mirrors = mirrors_of(db, config)
    return {
        slug: f"{METHOD_VERSION}:{DERIVATION_VERSION}:{replace(shared, projects=own.get(slug, ())).hash()}:{mirrors}"
        for (slug,) in db.execute("SELECT slug FROM projects WHERE tracked ORDER BY slug").fetchall()
    }


def mirrors_of(db: sqlite3.Connection, config: Config) -> list[tuple[int, str]]:
    """Return the accounts that are mirrors, each with the owner/name that it mirrors, in lower case."""
    return sorted(
        (account, mirror.repo.lower())
        for mirror in privacy.renamed(db, config).mirrors
        for (account,) in db.execute("SELECT id FROM accounts WHERE lower(login) = ?", [mirror.login.lower()])
    )


def is_any(db: sqlite3.Connection, config: Config) -> bool:
    """Return whether anything must be derived: the rules, the configuration, facts, or who is a bot have changed."""
    if dict(db.execute("SELECT project, mark FROM derived_projects").fetchall()) != marks(db, config):
        return True
    return any(
        db.execute(sql).fetchone() is not None
        for sql in (
            "SELECT 1 FROM changed_repositories",
            "SELECT id FROM accounts WHERE is_bot EXCEPT SELECT account FROM machines",
            "SELECT account FROM machines EXCEPT SELECT id FROM accounts WHERE is_bot",
        )
    )


def changed(db: sqlite3.Connection, bots: Set[int]) -> set[str]:
    """Return the projects with changed facts, and those that the accounts `bots` work in."""
    repositories = {row[0] for row in db.execute("SELECT repository FROM changed_repositories")}
    if bots:
        listed = "IN (SELECT value FROM json_each(:bots))"
        found = db.execute(
            f"SELECT repository FROM landings WHERE person {listed} "
            f"UNION SELECT repository FROM pull_requests WHERE author {listed} OR merged_by {listed} "
            f"UNION SELECT repository FROM pushes WHERE actor {listed} "
            f"UNION SELECT repository FROM issues WHERE author {listed} "
            f"UNION SELECT repository FROM discussions WHERE author {listed}",
            {"bots": json.dumps(sorted(bots))},
        )
        repositories |= {row[0] for row in found}
    found = db.execute(
        "WITH changed AS (SELECT value AS repository FROM json_each(?)) "
        "SELECT project FROM project_repositories WHERE repository IN (SELECT repository FROM changed) AND tracked "
        # It may have left a project since.
        "UNION SELECT project FROM work WHERE repository IN (SELECT repository FROM changed)",
        [json.dumps(sorted(repositories))],
    )
    return {slug for (slug,) in found}


def remove(db: sqlite3.Connection, slug: str) -> None:
    """Delete all derived rows of a project."""
    for table, condition in OF_PROJECT.items():
        db.execute(f"DELETE FROM {table} WHERE {condition}", {"project": slug})
    db.execute("DELETE FROM derived_projects WHERE project = ?", [slug])
