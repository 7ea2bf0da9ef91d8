"""Fetch issues, pull requests and discussions with all that belongs to them; then the diffs of pull requests.

The incremental pass reads the list newest update first, down to the watermark. An interrupted pass resumes from its
cursor; threads updated meanwhile are above its first row, and the next pass finds them. Threads that are gone, or
changed without a new updatedAt, are found by reconciling, spread over the runs of a week.
"""

import sqlite3
from collections.abc import AsyncIterator
from typing import Any

from collector.github.models import Page, Touched
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers import diffs, reconciling, unreadable_threads, watermark
from collector.sync.fetchers.disabled_lists import switched
from collector.sync.fetchers.mass_disappearance import contradicts
from collector.sync.fetchers.pagination import Incomplete
from collector.sync.fetchers.reconciling import live, pages_due
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_batches import Batches, noted
from collector.sync.fetchers.thread_kinds import (
    DISCUSSIONS,
    ISSUES,
    PULL_REQUESTS,
    Thread,
    ThreadKind,
    fingerprint,
    glance,
)
from collector.sync.fetchers.thread_pages import ThreadList, ThreadPage, require_all, seen_by_both

__all__ = ["DISCUSSIONS", "ISSUES", "PULL_REQUESTS", "ThreadKind", "fetch", "fingerprint", "glance", "pages_due"]


async def fetch(source: Source, state: State, kind: ThreadKind[Thread]) -> AsyncIterator[Batch]:
    """Fetch what is new in a list, the due part of its reconciliation, due retries, and diffs.

    Yields nothing when there is nothing to do. Raises Incomplete when the list contradicts itself; and, after
    everything else, when a list within a thread does so for the first time.
    """
    is_off, batch = await switched(source, state, kind)
    if batch is not None:
        yield batch
    if is_off:
        return
    worked = batch is not None
    elsewhere = diffs.PARTS if kind.name == PULL_REQUESTS.name else ()
    batches = Batches(source, kind, elsewhere, await source.read(noted, source.id, kind.name))
    async for batch in _all(source, state, batches):
        worked = True
        yield batch
    if batches.contradictions:
        raise Incomplete(
            f"GitHub's lists within {kind.words} contradict themselves: {'; '.join(batches.contradictions[:3])}.",
            "What was read is stored; the next run retries these.",
        )
    # Of a list without anything to do, `store.state.confirm` records it when the run ends.
    if worked:
        yield Batch(state={"completed_at": source.now})


async def _all(source: Source, state: State, batches: Batches[Thread]) -> AsyncIterator[Batch]:
    try:
        async for batch in _incremental(source, state, batches):
            yield batch
    except Incomplete:
        # Let the next run start at the newest update, so that new threads are read although the list is broken below.
        yield Batch(state={"cursor": None, "target": None, "listed": 0})
        raise
    try:
        async for batch in _reconciled(source, state, batches):
            yield batch
    except Incomplete:
        again = reconciling.whole_begins() if state.sweep_at is None else reconciling.begins(source)
        yield Batch(state=again)
        raise
    async for batch in unreadable_threads.fetch(source, state, batches):
        yield batch
    if batches.kind.name == PULL_REQUESTS.name:
        async for batch in diffs.fetch(source, batches):
            yield batch


async def _incremental(source: Source, state: State, batches: Batches[Thread]) -> AsyncIterator[Batch]:
    """Fetch what is new in the list, and start a reconciliation when its total shows changes without an update."""
    seen, complete_at = glance(source.repository, batches.kind.name), state.completed_at
    is_known = None not in seen.nodes and state.fingerprint == fingerprint(seen)
    if complete_at is not None and not state.cursor and is_known:
        return
    # A resumed pass began below what was updated since: another one follows, from the top.
    while True:
        resumed = state.cursor is not None
        async for batch in _pass(source, state, batches, seen):
            yield batch
        if not resumed:
            break
    if complete_at and state.hidden is not None and state.sweep_at is not None:
        hidden = state.hidden - await source.read(_revived, source, batches.kind.name, complete_at)
        unexplained = seen.total_count - await source.read(live, source.id, batches.kind.name) - hidden
        yield Batch(state={"hidden": hidden, **(reconciling.whole_begins() if unexplained > 0 else {})})


async def _reconciled(source: Source, state: State, batches: Batches[Thread]) -> AsyncIterator[Batch]:
    """Reconcile the whole list if requested, else the pages that are due."""
    total = glance(source.repository, batches.kind.name).total_count
    if state.sweep_at is None and state.first_complete_at is not None:
        async for batch in reconciling.whole(source, state, batches):
            yield batch
        return
    if state.sweep_at is None:
        hidden = total - await source.read(live, source.id, batches.kind.name)
        yield Batch(state={"hidden": hidden, **reconciling.all_was_read(source, batches.kind, total)})
    if state.backfill == "due":
        yield Batch(state=reconciling.backfill_begins(source))
    due = pages_due(state, total, source.pages.size, source.now, source.github_time)
    if due:
        async for batch in reconciling.some(source, state, batches, due):
            yield batch


async def _pass(
    source: Source, state: State, batches: Batches[Thread], seen: Page[Touched | None]
) -> AsyncIterator[Batch]:
    """Read the list from the newest update, or from where a pass was interrupted, down to the watermark."""
    floor = max(source.start, watermark.floor(state.watermark))
    if not seen.total_count and not seen.nodes and not await source.read(live, source.id, batches.kind.name):
        yield Batch(state=_read(source, seen, state.watermark))
        return
    walk, before = ThreadList(source, batches.kind, "UPDATED_AT"), state.listed if state.cursor else 0
    while True:
        listed = await walk.page(state.cursor)
        if contradicts(listed.total, seen.total_count):
            words = f"{seen.total_count:,} {batches.kind.what(source)}, but lists only {listed.total:,}"
            raise Incomplete(f"GitHub counts {words}.", "Nothing is marked as deleted; the next run retries.")
        batch, is_below = await _page(batches, listed, floor)
        target = state.target or _newest(source, listed) or state.watermark
        found = before + len(walk.seen)
        # Below the floor nothing is new. But if the list also ends here, it must be whole.
        if found >= listed.total if listed.next is None else is_below:
            if walk.refused is None:
                batch.state = _read(source, seen, target)
            if listed.total < seen.total_count:
                batch.state["fingerprint"] = None  # it lags behind, or lost threads meanwhile: the next run reads it
            yield batch
            walk.accept()
            return
        if listed.next is None:
            batch.state = {"target": target, "cursor": None, "listed": 0}
            yield batch
            break
        batch.state = {"target": target, "cursor": listed.next, "listed": found}
        yield batch
    async for batch in _second_look(source, batches, floor, before, walk.seen):
        yield batch
    yield Batch(state=_read(source, seen, state.target))


async def _second_look(
    source: Source, batches: Batches[Thread], floor: str, before: int, seen: set[str]
) -> AsyncIterator[Batch]:
    """Read a list again that ended before its total: threads updated meanwhile have moved to its front.

    Raises Incomplete when it ends early again.
    """
    walk, after = ThreadList(source, batches.kind, "UPDATED_AT"), None
    while True:
        listed = await walk.page(after)
        batch, is_below = await _page(batches, listed, floor)
        yield batch
        found, after = before + seen_by_both(seen, walk.seen), listed.next
        is_read = found >= listed.total or (is_below and after is not None)
        if after is None or is_read:
            walk.accept()
        if is_read:
            return
        if after is None:
            require_all(source, batches.kind, found, listed.total)


async def _page(batches: Batches[Thread], listed: ThreadPage[Thread], floor: str) -> tuple[Batch, bool]:
    """Return a batch of a page's threads not older than the floor, and whether the page reaches below it."""
    batch = Batch(unreadable=listed.unread)
    times = [r.thing.updated_at for r in listed.threads if r.thing.updated_at is not None]
    await batches.add(batch, [r for r in listed.threads if r.thing.updated_at is None or r.thing.updated_at >= floor])
    return batch, bool(times) and times[-1] < floor


def _newest(source: Source, listed: ThreadPage[Any]) -> str | None:
    """Return the newest update of a page, at most the present: a watermark in the future would hide updates."""
    times = [r.thing.updated_at for r in listed.threads if r.thing.updated_at is not None]
    return min(times[0], source.github_now) if times else None


def _read(source: Source, seen: Page[Touched | None], watermark: str | None) -> dict[str, Any]:
    """Return the state after a complete incremental pass."""
    return {
        "fingerprint": fingerprint(seen),
        "watermark": watermark or source.start,
        "target": None,
        "cursor": None,
        "listed": 0,
    }


def _revived(db: sqlite3.Connection, source: Source, table: str, since: str) -> int:
    """Count threads created before the database's start but stored since `since`, because of a new update.

    Until then they were part of `hidden`: listed by GitHub, but not stored.
    """
    found = db.execute(
        f"SELECT count(*) FROM {table} WHERE repository = ? AND first_seen_at > ? AND created_at < ?",
        [source.id, since, source.start],
    )
    return int(found.fetchone()[0])
