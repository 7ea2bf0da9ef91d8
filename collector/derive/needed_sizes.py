"""Which commits' lines the signals need: others may stay unknown, since counting them is what GitHub is slowest at."""

import sqlite3
from collections.abc import Iterator

from collector.derive.work import BULK, FORK_PUSH, MERGE, Gathered, Key, gather, units


def needed(db: sqlite3.Connection, project: str) -> set[Key]:
    """(repository, oid) of the commits, and of the own commits of pull requests, whose unknown lines signals need.

    Some of these prove not to be needed once they are known: a commit that shares headline and author date with another
    is in doubt until both sizes are known, and who is a bot is left to the configuration. None is left out.
    """
    gathered = gather(db, project)
    unknown = {(one.repository, one.commit.oid) for one in gathered.landed if one.commit.lines is None}
    wanted = {*_alike(gathered), *_counted(gathered), *_dropped(gathered), *_closing(db, project)}
    return wanted & unknown | set(_own(db, gathered))


def _alike(gathered: Gathered) -> Iterator[Key]:
    """What may be a copy, or the original of one."""
    for one in gathered.landed:
        if one.commit.twin is not None:
            yield one.repository, one.commit.oid


def _counted(gathered: Gathered) -> Iterator[Key]:
    """What landed by no pull request, or by one whose files do not tell its lines; but for what is imported."""
    for unit in units(gathered, lambda one: False):
        if not unit.by_files:
            for one, why in unit.members:
                if why not in (MERGE, FORK_PUSH, BULK):
                    yield one.repository, one.commit.oid


def _dropped(gathered: Gathered) -> Iterator[Key]:
    """What a rewrite dropped, which an equal commit may have taken the place of."""
    for one in gathered.landed:
        if one.commit.gone_at is not None and not one.commit.is_merge:
            yield one.repository, one.commit.oid


def _own(db: sqlite3.Connection, gathered: Gathered) -> Iterator[Key]:
    """Own commits of pull requests that other commits may be copies of, as far as their lines are unknown."""
    for pull_request, commits in gathered.own.items():
        (repository,) = db.execute("SELECT repository FROM pull_requests WHERE id = ?", [pull_request]).fetchone()
        for commit in commits:
            if commit.additions is None or commit.deletions is None:
                yield repository, commit.oid


def _closing(db: sqlite3.Connection, project: str) -> Iterator[Key]:
    """What closed an issue, if it is substantial."""
    yield from db.execute(
        "SELECT c.repository, c.oid FROM events AS e JOIN repositories AS r ON r.full_name = e.source_repository "
        "COLLATE NOCASE JOIN commits AS c ON c.repository = r.id AND c.oid = e.source_oid "
        "WHERE e.type = 'ClosedEvent' AND r.project = ? AND NOT c.is_merge",
        [project],
    )
