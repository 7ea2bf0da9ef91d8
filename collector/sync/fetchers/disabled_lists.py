"""Detect issues, discussions and pull requests that a repository's owner has disabled: GitHub then lists none.

The stored rows are marked gone (tombstones). When the feature is enabled again, the whole list is fetched again.
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/disabling-issues
"""

import sqlite3
from typing import Any

from collector.github.client import NotThere
from collector.github.models import parse
from collector.github.responses import Absence
from collector.github.rest_models import RepositorySettings
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_kinds import DISCUSSIONS, ISSUES, ThreadKind, glance
from collector.sync.fetchers.thread_pages import by_ids

# How many stored pull requests are queried by id when a list becomes empty.
SAMPLE = 20


async def switched(source: Source, state: State, kind: ThreadKind[Any]) -> tuple[bool, Batch | None]:
    """Return whether the list is disabled, and a batch to store if that has changed."""
    shown = source.repository
    enabled = {ISSUES.name: shown.has_issues_enabled, DISCUSSIONS.name: shown.has_discussions_enabled}
    if kind.name in enabled:
        is_off = not enabled[kind.name]
        return is_off, await _gone(source, kind) if is_off and (state.completed_at or state.cursor) else None
    was_off = not await source.read(_has_pull_requests, source.id)
    is_empty = not glance(shown, kind.name).total_count
    is_off = is_empty and (was_off or await _are_pull_requests_off(source, state, kind))
    if is_off == was_off:
        return is_off, None
    batch = await _gone(source, kind) if is_off else Batch()
    batch.add("repositories", {"id": source.id, "has_pull_requests": int(not is_off)})
    return is_off, batch


async def _are_pull_requests_off(source: Source, state: State, kind: ThreadKind[Any]) -> bool:
    """Return whether an empty list of pull requests is disabled; checked at the first sync and when a list empties.

    Pull requests cannot be deleted. REST reports whether they are disabled; where it does not, stored pull requests
    are queried by id. Raises OddAnswer.
    https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/disabling-pull-requests
    """
    stored = await source.read(_newest, source.id)
    if not stored and state.completed_at is not None:
        return False
    try:
        shown, _ = await source.github.rest(f"/repositories/{source.id}", {}, source.meter)
        enabled = parse(RepositorySettings, shown, "the repository").has_pull_requests
    except NotThere:
        enabled = None
    if enabled is not None:
        return not enabled
    found = await by_ids(source, kind, stored)
    return bool(found) and all(isinstance(one, Absence) and one.reason == "not_found" for one in found)


async def _gone(source: Source, kind: ThreadKind[Any]) -> Batch:
    live = await source.read(_live, source.id, kind.name)
    off = ("completed_at", "cursor", "target", "watermark", "fingerprint", "hidden", "sweep_at", "sweep_cursor")
    return Batch(gone={kind.name: live}, state={**dict.fromkeys(off), "listed": 0})


def _has_pull_requests(db: sqlite3.Connection, repository: int) -> bool:
    (value,) = db.execute("SELECT has_pull_requests FROM repositories WHERE id = ?", [repository]).fetchone()
    return bool(value)


def _newest(db: sqlite3.Connection, repository: int) -> list[dict[str, Any]]:
    found = db.execute(
        "SELECT node_id, id, number FROM pull_requests WHERE repository = ? AND gone_at IS NULL "
        "ORDER BY id DESC LIMIT ?",
        [repository, SAMPLE],
    )
    return [{"id": row[0], "fullDatabaseId": row[1], "number": row[2]} for row in found]


def _live(db: sqlite3.Connection, repository: int, table: str) -> list[tuple[int]]:
    return db.execute(f"SELECT id FROM {table} WHERE repository = ? AND gone_at IS NULL", [repository]).fetchall()
