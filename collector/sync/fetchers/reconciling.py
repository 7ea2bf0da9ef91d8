"""Reconcile a list of threads: read all of it again by time of creation, spread over the runs of a week.

This finds threads that are gone, or that changed without a new updatedAt. Different lists start at different times.
It is also the backfill of facts that a newer version of the program fetches: see `State.backfill`.
"""

import json
import math
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic

from collector import clock
from collector.github.responses import Absence
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers.mass_disappearance import is_many
from collector.sync.fetchers.pagination import Incomplete
from collector.sync.fetchers.rereading import rereading_begins, stagger
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_batches import Batches
from collector.sync.fetchers.thread_kinds import Thread, ThreadKind
from collector.sync.fetchers.thread_pages import BY_ID, ThreadList, ThreadPage, by_ids, require_all

# The duration of one reconciliation: a little under a week, since nightly runs start some minutes earlier or later.
# It is spread over the nights; what is read in one piece has other periods (releases_and_tags.py, advisories.py).
PERIOD = timedelta(days=6, hours=20)
NIGHTS = 7  # runs that share one reconciliation, if there is one each night

Known = dict[str, Any]


def begins(source: Source, ahead: timedelta = timedelta(0)) -> dict[str, Any]:
    """Return the state that starts a spread-out reconciliation at the newest thread, `ahead` of now."""
    return {
        "sweep_cursor": None,
        "sweep_edge": None,
        "sweep_done": 0,
        **rereading_begins(source.now, source.github_time, ahead),
    }


def backfill_begins(source: Source) -> dict[str, Any]:
    """Return the state that starts a reconciliation from the newest thread on, whose first seventh is due now."""
    return {"backfill": "running", **begins(source, PERIOD / NIGHTS)}


def whole_begins() -> dict[str, Any]:
    """Return the state that makes this run, or the next ones, reconcile the whole list."""
    return {"sweep_cursor": None, "sweep_edge": None, "sweep_done": 0, "sweep_at": None, "sweep_witnessed_at": None}


def all_was_read(source: Source, kind: ThreadKind[Any], total: int) -> dict[str, Any]:
    """Return the state after the whole list has been read: its pages are then reconciled in turn."""
    pages = max(1, -(-total // source.pages.size))
    return begins(source, stagger(source.id, kind.name, PERIOD / pages))


def pages_due(state: State, total: int, page_size: int, now: str, github_time: str | None) -> int:
    """Return how many pages of the reconciliation are due, in proportion to the elapsed part of PERIOD."""
    passed = state.since_sweep(now, github_time)
    if passed is None:
        return 0
    pages, done = max(1, -(-total // page_size)), state.sweep_done / page_size
    if passed >= PERIOD:
        return max(1, math.ceil(pages - done))
    return max(0, int(pages * (passed / PERIOD) - done))


async def whole(source: Source, state: State, batches: Batches[Thread]) -> AsyncIterator[Batch]:
    """Reconcile the whole list, or the rest that an interrupted run left. Raises Incomplete on a contradictory list."""
    walk = ThreadList(source, batches.kind, "CREATED_AT")
    from_the_front = state.sweep_cursor is None
    while True:
        batch, listed = await _page(source, state, batches, walk, oldest=None)
        yield batch
        if listed.next is None:
            break
    walk.accept()
    if from_the_front:
        await _see_newest(source, batches, walk, listed.total)
    hidden = listed.total - await source.read(live, source.id, batches.kind.name)
    yield Batch(state={"hidden": hidden, "backfill": None, **all_was_read(source, batches.kind, listed.total)})


async def some(source: Source, state: State, batches: Batches[Thread], pages: int) -> AsyncIterator[Batch]:
    """Reconcile the next `pages` pages of the list. Raises Incomplete when it contradicts itself."""
    walk = ThreadList(source, batches.kind, "CREATED_AT")
    oldest = await source.read(_oldest, source.id, batches.kind.name)
    for _ in range(pages):
        batch, listed = await _page(source, state, batches, walk, oldest)
        yield batch
        if state.sweep_cursor is None:
            hidden = listed.total - await source.read(live, source.id, batches.kind.name)
            yield Batch(state={"hidden": hidden, "backfill": None if state.backfill == "running" else state.backfill})
            break
    walk.accept()


@dataclass
class _Page(Generic[Thread]):
    """A page of a reconciliation. `suspects` are stored threads that should be on it but are not."""

    listed: ThreadPage[Thread]
    ended: bool
    edge: dict[str, Any]
    suspects: list[Known]


async def _page(
    source: Source, state: State, batches: Batches[Thread], walk: ThreadList[Thread], oldest: str | None
) -> tuple[Batch, ThreadPage[Thread]]:
    """Read the next page of a reconciliation, which ends at the end of the list or beyond the time `oldest`."""
    stored = await source.read(live, source.id, batches.kind.name)
    page = await _compared(source, state, batches.kind, walk, oldest)
    # A page that lacks many may be a bad answer: read it once more before asking for each by id.
    if is_many(len(page.suspects), stored):
        walk.look_again()
        page = await _compared(source, state, batches.kind, walk, oldest)
    listed = page.listed
    batch = Batch(unreadable=listed.unread)
    young = [r for r in listed.threads if r.thing.updated_at is None or r.thing.updated_at >= source.start]
    await batches.add(batch, young)
    await _ask_for(source, batches, batch, page.suspects, stored)
    if page.ended:
        batch.state = begins(source) if oldest is not None else {"sweep_cursor": None, "sweep_edge": None}
    else:
        batch.state = {
            "sweep_cursor": listed.next,
            "sweep_edge": json.dumps(page.edge),
            "sweep_done": (state.sweep_done if state.sweep_cursor else 0) + len(listed.threads) + len(listed.unread),
        }
    return batch, listed


async def _compared(
    source: Source, state: State, kind: ThreadKind[Thread], walk: ThreadList[Thread], oldest: str | None
) -> _Page[Thread]:
    """Read the next page and compare it with the stored threads of the same time range."""
    listed = await walk.page(state.sweep_cursor)
    threads: list[Any] = [reading.thing for reading in listed.threads]
    times: list[str] = [thread.created_at for thread in threads if thread.created_at is not None]
    edge: dict[str, Any] = {"time": clock.FAR_FUTURE, "ids": []}
    if state.sweep_cursor and state.sweep_edge:
        edge = json.loads(state.sweep_edge)
    last: str = times[-1] if times else edge["time"]
    ended = listed.next is None or (oldest is not None and last < oldest)
    ids = {thread.full_database_id for thread in threads} | set(edge["ids"])
    suspects = await source.read(_between, source.id, kind.name, "" if ended else last, edge["time"], ids)
    # Threads created in the same second may be split between two pages: remember those at the edge of both.
    kept: list[int] = edge["ids"] if last == edge["time"] else []
    at_edge = [*kept, *(t.full_database_id for t in threads if t.created_at in (last, None))]
    return _Page(listed, ended, {"time": last, "ids": at_edge}, suspects)


async def _see_newest(source: Source, batches: Batches[Thread], walk: ThreadList[Thread], total: int) -> None:
    """Raise Incomplete when fewer threads were listed than the total, counting threads created meanwhile."""
    if len(walk.seen) < total:
        again = ThreadList(source, batches.kind, "CREATED_AT")
        total = (await again.page(None)).total
        require_all(source, batches.kind, len(walk.seen | again.seen), total)


async def _ask_for(source: Source, batches: Batches[Thread], batch: Batch, suspects: list[Known], stored: int) -> None:
    """Query the missing threads by id, and mark as gone (tombstones) only those that GitHub says do not exist.

    Raises Incomplete when many are missing from the list and the first ones queried all exist: the list is wrong.
    """
    at_once = max(1, int(source.pages.size * BY_ID))
    for at in range(0, len(suspects), at_once):
        part = suspects[at : at + at_once]
        found = await by_ids(source, batches.kind, part)
        there = [one for one in found if not isinstance(one, Absence)]
        if at == 0 and len(there) == len(part) and is_many(len(suspects), stored):
            raise Incomplete(
                f"GitHub's list of {batches.kind.what(source)} lacks {len(suspects):,} of {stored:,}, but GitHub "
                "returns them by id."
            )
        for known, one in zip(part, found, strict=True):
            if not isinstance(one, Absence):
                continue
            if one.reason == "not_found":
                await batches.gone(batch, known["fullDatabaseId"], known["id"], known["number"])
            else:
                batches.unread(batch, known["id"], "", known["number"], one.message)
        await batches.add(batch, there)


def live(db: sqlite3.Connection, repository: int, table: str) -> int:
    """Return how many stored threads are not gone."""
    sql = f"SELECT count(*) FROM {table} WHERE repository = ? AND gone_at IS NULL"
    return int(db.execute(sql, [repository]).fetchone()[0])


def _oldest(db: sqlite3.Connection, repository: int, table: str) -> str:
    sql = f"SELECT min(created_at) FROM {table} WHERE repository = ? AND gone_at IS NULL"
    return str(db.execute(sql, [repository]).fetchone()[0] or "")


def _between(db: sqlite3.Connection, repository: int, table: str, low: str, high: str, listed: set[int]) -> list[Known]:
    """Return stored threads created in (low, high] that are not `listed`; undated ones belong to the list's end."""
    found = db.execute(
        f"SELECT node_id, id, number FROM {table} WHERE repository = :repository AND gone_at IS NULL "
        "AND ((created_at > :low AND created_at <= :high) OR (created_at IS NULL AND :low = ''))",
        {"repository": repository, "low": low, "high": high},
    )
    return [{"id": r[0], "fullDatabaseId": r[1], "number": r[2]} for r in found if r[1] not in listed]
