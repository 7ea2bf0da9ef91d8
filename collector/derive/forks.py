"""The rule on forks: what is pushed to a fork is other people's work; what its own pull requests bring counts."""

import sqlite3

from collector.derive.landings import Landing

_FORKS = """
SELECT id FROM repositories AS r
WHERE project = ? AND tracked AND is_fork AND NOT EXISTS (
    SELECT 1 FROM repositories AS o
    WHERE o.project = r.project AND o.tracked AND o.full_name = r.parent COLLATE NOCASE
)
"""


def forks(db: sqlite3.Connection, project: str) -> set[int]:
    """Return the ids of a project's tracked repositories that are forks of other projects' repositories."""
    return {ident for (ident,) in db.execute(_FORKS, [project])}


def is_others_work(repository: int, how: Landing, forks: set[int]) -> bool:
    """Return whether work landed in a fork other than by one of the fork's own pull requests."""
    return repository in forks and how.landed_by != "pull_request"
