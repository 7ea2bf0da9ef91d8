"""Find the commits whose additions and deletions the signals need. Others are not fetched: GitHub is slow at these."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from collector import clock
from collector.derive import read
from collector.derive.exclusions import BULK, FORK_PUSH, MERGE
from collector.derive.history import OwnCommit
from collector.derive.release_branches import Branches
from collector.derive.work import Gathered, Key, units
from collector.method_constants import RELEASED_WORK_DAYS


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
    picked = read.picked(db, project)
    beside = {*_picked(db, project, picked), *_only_on_release_branches(db, gathered, picked)}
    return wanted & unknown | beside | set(_own_commits(db, gathered))


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
        "COLLATE NOCASE JOIN project_repositories AS p ON p.repository = r.id AND p.tracked "
        "JOIN commits AS c ON c.repository = r.id AND c.oid = e.source_oid "
        "WHERE e.type = 'ClosedEvent' AND p.project = ? AND NOT c.is_merge",
        [project],
    )


def _picked(db: sqlite3.Connection, project: str, picked: list[tuple[int, str, OwnCommit]]) -> Iterator[Key]:
    """Yield landed work that may have been picked onto release branches, and own commits of pull requests there."""
    for repository, _, own in picked:
        if own.additions is None or own.deletions is None:
            yield repository, own.oid
    for (repository, _), commits in read.squashed_beside(db, project).items():
        for own in commits:
            if own.additions is None or own.deletions is None:
                yield repository, own.oid


def _only_on_release_branches(
    db: sqlite3.Connection, gathered: Gathered, picked: list[tuple[int, str, OwnCommit]]
) -> Iterator[Key]:
    """Yield commits of releases beside the default branch: possible copies, and pushed work of the days before."""
    twins = {(own.headline, own.authored_at) for _, _, own in picked}
    for repository, history in gathered.histories.items():
        unknown = {oid for oid, commit in history.tagged.items() if not commit.is_merge and commit.lines is None}
        if not unknown:
            continue
        yield from ((repository, oid) for oid in unknown if history.tagged[oid].twin in twins)
        branches = Branches(history)
        for release in read.releases(db, repository):
            if release.published_at is not None and release.oid is not None:
                since = clock.to_text(clock.from_text(release.published_at) - timedelta(days=RELEASED_WORK_DAYS))
                appeared = branches.appearances(set(history.beside(release.oid)), release.published_at)
                for oid, how in appeared.items():
                    by_files = how.pull_request in gathered.complete_files
                    if oid in unknown and how.landed_at >= since and not by_files:
                        yield repository, oid
