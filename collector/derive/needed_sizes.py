"""Find the commits whose additions and deletions the signals need. Others are not fetched: GitHub is slow at these."""

import sqlite3
from collections.abc import Iterator

from collector.derive.work import BULK, FORK_PUSH, MERGE, Gathered, Key, units


def needed(db: sqlite3.Connection, project: str, gathered: Gathered) -> set[Key]:
    """Return the commits, and own commits of pull requests, whose lines are unknown and needed by a signal.

    The set is complete but may be too large: whether a commit is a copy of another is only known once both sizes are,
    and bots are not excluded because that depends on the configuration.
    """
    unknown = {(one.repository, one.commit.oid) for one in gathered.landed if one.commit.lines is None}
    wanted = {
        *_possible_copies(gathered),
        *_counted_by_commits(gathered),
        *_dropped(gathered),
        *_closing_issues(db, project),
    }
    return wanted & unknown | set(_own_commits(db, gathered))


def _possible_copies(gathered: Gathered) -> Iterator[Key]:
    """Yield commits that may be a copy of another, or its original."""
    for one in gathered.landed:
        if one.commit.twin is not None:
            yield one.repository, one.commit.oid


def _counted_by_commits(gathered: Gathered) -> Iterator[Key]:
    """Yield commits of units whose lines are not counted by files, without merges, fork pushes and bulk landings."""
    for unit in units(gathered, lambda one: False):
        if not unit.by_files:
            for one, why in unit.members:
                if why not in (MERGE, FORK_PUSH, BULK):
                    yield one.repository, one.commit.oid


def _dropped(gathered: Gathered) -> Iterator[Key]:
    """Yield commits that a force push dropped: a commit of the same size may have replaced them."""
    for one in gathered.landed:
        if one.commit.gone_at is not None and not one.commit.is_merge:
            yield one.repository, one.commit.oid


def _own_commits(db: sqlite3.Connection, gathered: Gathered) -> Iterator[Key]:
    """Yield own commits of pull requests that may have copies and whose lines are unknown."""
    for pull_request, commits in gathered.own.items():
        (repository,) = db.execute("SELECT repository FROM pull_requests WHERE id = ?", [pull_request]).fetchone()
        for commit in commits:
            if commit.additions is None or commit.deletions is None:
                yield repository, commit.oid


def _closing_issues(db: sqlite3.Connection, project: str) -> Iterator[Key]:
    """Yield commits that closed an issue: whether they are substantial depends on their size."""
    yield from db.execute(
        "SELECT c.repository, c.oid FROM events AS e JOIN repositories AS r ON r.full_name = e.source_repository "
        "COLLATE NOCASE JOIN commits AS c ON c.repository = r.id AND c.oid = e.source_oid "
        "WHERE e.type = 'ClosedEvent' AND r.project = ? AND NOT c.is_merge",
        [project],
    )
