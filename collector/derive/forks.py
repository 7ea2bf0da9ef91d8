"""The rule on forks: what is pushed to a fork is other people's work; what its own pull requests bring counts."""

import sqlite3

from collector.derive.landings import Landing

_FORKS = """
SELECT r.id FROM project_repositories AS m JOIN repositories AS r ON r.id = m.repository
WHERE m.project = ? AND m.tracked AND r.is_fork AND NOT EXISTS (
    SELECT 1 FROM project_repositories AS p JOIN repositories AS o ON o.id = p.repository
    WHERE p.project = m.project AND p.tracked AND o.full_name = r.parent COLLATE NOCASE
)
"""


def forks(db: sqlite3.Connection, project: str) -> set[int]:
    """Return the ids of a project's tracked repositories that are forks of other projects' repositories."""
    return {ident for (ident,) in db.execute(_FORKS, [project])}


def is_others_work(repository: int, how: Landing, forks: set[int]) -> bool:
    """Return whether work landed in a fork other than by one of the fork's own pull requests."""
    return repository in forks and how.landed_by != "pull_request"
