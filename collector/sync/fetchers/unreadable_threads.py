"""Retry threads that GitHub did not serve, or only in part, in earlier runs, at growing intervals."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from collector.github.client import NotAccepted
from collector.github.responses import Absence
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers.reconciling import Known, live
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_batches import Batches, soon
from collector.sync.fetchers.thread_kinds import Thread
from collector.sync.fetchers.thread_pages import BY_ID, ThreadList, by_ids

# Complete threads that are queried along with the incomplete ones: they show what GitHub's counts include.
OTHERS = 2


@dataclass
class Due:
    """The retries that are due: stored threads (id, fullDatabaseId, number), and places in a list."""

    threads: list[Known] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


async def fetch(source: Source, state: State, batches: Batches[Thread]) -> AsyncIterator[Batch]:
    """Retry what is due. Records of threads that are gone meanwhile are removed."""
    kind = batches.kind
    due = await source.read(_due, source, kind.name, batches.elsewhere)
    others: list[Known] = await source.read(_others, source.id, kind.name, due) if due.threads else []
    at_once = max(1, int(source.pages.size * BY_ID))
    for at in range(0, len(due.threads), at_once):
        batch = Batch()
        part: list[Known] = due.threads[at : at + at_once] + others
        found = await by_ids(source, kind, part)
        for known, one in zip(part, found, strict=True):
            if isinstance(one, Absence):
                node, number = known["id"], known["number"]
                if one.reason == "not_found":
                    await batches.gone(batch, known["fullDatabaseId"], node, number)
                else:
                    for noted in sorted(batches.noted.get(node, ())):
                        batches.unread(batch, node, noted, number, one.message)
        await batches.add(batch, [one for one in found if not isinstance(one, Absence)])
        yield batch
    stored = await source.read(live, source.id, kind.name) if due.places else 0
    for place in due.places:
        yield await _ask(source, batches, place)
    found_again = await source.read(live, source.id, kind.name) - stored if due.places else 0
    if found_again > 0 and state.hidden is not None:
        yield Batch(state={"hidden": max(0, state.hidden - found_again)})


async def _ask(source: Source, batches: Batches[Thread], place: str) -> Batch:
    """Retry the thread at a place in a list, of which not even the number was served."""
    order, _, after = place.partition(":")
    batch = Batch()
    try:
        listed = await ThreadList(source, batches.kind, order).one(after or None)
    except NotAccepted:
        # The cursor has expired. The thread is found again when the list is reconciled.
        batch.readable.append((batches.kind.name, place))
        return batch
    if not listed.unread:
        batch.readable.append((batches.kind.name, place))
    batch.unreadable += listed.unread
    young = [r for r in listed.threads if r.thing.updated_at is None or r.thing.updated_at >= source.start]
    await batches.add(batch, young)
    return batch


def _others(db: sqlite3.Connection, repository: int, kind: str, due: Due) -> list[Known]:
    """Return OTHERS complete threads with comments (see `Batches._cut_timelines`)."""
    nodes = {thread["id"] for thread in due.threads}
    found = db.execute(
        f"SELECT node_id, id, number FROM {kind} AS t WHERE repository = ? AND gone_at IS NULL "
        "AND EXISTS (SELECT 1 FROM comments AS c WHERE c.subject = t.id AND c.gone_at IS NULL) "
        "ORDER BY id DESC LIMIT ?",
        [repository, OTHERS + len(nodes)],
    )
    there = [{"id": row[0], "fullDatabaseId": row[1], "number": row[2]} for row in found if row[0] not in nodes]
    return there[:OTHERS]


def _due(db: sqlite3.Connection, source: Source, kind: str, elsewhere: Sequence[str]) -> Due:
    """Return the retries that are due, except for parts that another query fetches."""
    marks = ", ".join("?" * len(elsewhere))
    found = db.execute(
        f"SELECT DISTINCT u.key, t.node_id, t.id, t.number FROM unreadable AS u LEFT JOIN {kind} AS t "
        "ON t.repository = u.repository AND t.node_id = u.key AND t.gone_at IS NULL "
        f"WHERE u.repository = ? AND u.kind = ? AND u.ask_again_at <= ? AND u.part NOT IN ({marks}) ORDER BY u.key",
        [source.id, kind, soon(source), *elsewhere],
    )
    due = Due()
    for key, node, ident, number in found:
        if node is not None:
            due.threads.append({"id": node, "fullDatabaseId": ident, "number": number})
        elif ":" in key:
            due.places.append(key)
    return due
