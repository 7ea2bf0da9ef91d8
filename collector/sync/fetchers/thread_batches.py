"""Turn threads into batches: read their lists to the end, recheck contradictions, record what GitHub does not serve."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Generic

from collector import clock
from collector.github import thread_models as m
from collector.github.client import NotThere, RequestFailed
from collector.github.models import Page
from collector.store.batch import Batch, Unreadable
from collector.sync.fetchers import partial_threads, replies
from collector.sync.fetchers.inner_lists import complete
from collector.sync.fetchers.mass_disappearance import is_mass
from collector.sync.fetchers.partial_threads import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_kinds import DISCUSSIONS, ISSUES, InnerList, Thread, ThreadKind
from collector.sync.fetchers.thread_pages import by_ids

# Retries due within this time are made now, since nightly runs start some minutes earlier or later.
SOON = timedelta(hours=6)


class Batches(Generic[Thread]):
    """Adds threads of one kind to batches.

    `noted` maps a thread's node id to the parts recorded as unreadable, except those of `elsewhere`, which another
    query fetches. `contradictions` are lists within threads that contradict themselves even when read again, and did
    not in earlier runs. `copies` are pull requests that were squashed or rebased.
    """

    def __init__(
        self, source: Source, kind: ThreadKind[Thread], elsewhere: Sequence[str], noted: Mapping[str, set[str]]
    ) -> None:
        self.source, self.elsewhere = source, elsewhere
        self.kind: ThreadKind[Thread] = kind
        self.noted = {key: parts.difference(elsewhere) for key, parts in noted.items()}
        self.contradictions: list[str] = []
        self.copies: set[str] = set()
        self._counts_events = False  # whether totalCount was seen to count only the requested types of events

    async def add(self, batch: Batch, readings: Sequence[Reading[Thread]]) -> None:
        """Add threads with all their lists; threads deleted meanwhile are marked gone."""
        there: list[Reading[Thread]] = []
        doubts: dict[str, dict[str, str]] = {}
        for reading in readings:
            found = await self._complete(reading)
            if found is None:
                await self._gone(batch, reading)
            else:
                there.append(reading)
                doubts[reading.thing.id] = found
        for node, why in (await self._replies(there)).items():
            doubts[node]["comments"] = why
        for reading in there:
            # A null without a reason may be a passing fault: worth a second look.
            unexplained = {part: why for part, why in reading.troubles.items() if why == partial_threads.UNEXPLAINED}
            doubts[reading.thing.id] |= unexplained
        for more in (await self._shrunken(there), self._cut_timelines(there)):
            for node, found in more.items():
                doubts[node] |= found
        for reading in await self._second_look(batch, there, doubts):
            thread = reading.thing
            self.kind.add(batch, thread, self.source.id, self.source.texts)
            self.note(batch, thread.id, thread.number, self.noted.get(thread.id, set()), reading.troubles)
            if isinstance(thread, m.PullRequest) and thread.merge_commit and thread.merge_commit.is_copy:
                self.copies.add(thread.id)

    async def gone(self, batch: Batch, ident: int, node: str, number: int) -> None:
        """Mark a thread as gone, and record the new URL of a transferred issue.

        For a transferred issue GitHub's REST API responds with 301 and the new URL, for a deleted one, or one moved to
        a private repository, with 404 or 410: https://docs.github.com/en/rest/issues/issues#get-an-issue
        """
        batch.gone.setdefault(self.kind.name, []).append((ident,))
        batch.readable.append((self.kind.name, node))
        if self.kind.name != ISSUES.name:
            return
        try:
            # Query by the repository's id: a rename of the repository must not look like a transferred issue.
            path = f"/repositories/{self.source.id}/issues/{number}"
            there = await self.source.github.moved_to(path, self.source.meter)
        except (NotThere, RequestFailed):
            return
        if there is not None:
            batch.moved.append((there, ident))

    def unread(self, batch: Batch, node: str, part: str, number: int, why: str) -> None:
        """Record that GitHub does not serve a part of a thread, or the whole thread when `part` is empty."""
        batch.unreadable.append(Unreadable(self.kind.name, node, part, self.kind.url(self.source, number), why))

    async def _complete(self, reading: Reading[Thread]) -> dict[str, str] | None:
        """Read the lists of a thread; return the contradictory ones with the reason. None when the thread is gone."""
        try:
            what = self.kind.url(self.source, reading.thing.number)
            return await complete(self.source, reading, self.kind.lists, what)
        except NotThere:
            return None

    async def _replies(self, readings: Sequence[Reading[Thread]]) -> dict[str, str]:
        """Read the replies to the comments of discussions; return the contradictory ones, by node id."""
        return await replies.complete(self.source, readings) if self.kind.name == DISCUSSIONS.name else {}

    async def _gone(self, batch: Batch, reading: Reading[Thread]) -> None:
        await self.gone(batch, reading.thing.full_database_id, reading.thing.id, reading.thing.number)

    async def _second_look(
        self, batch: Batch, readings: Sequence[Reading[Thread]], doubts: Mapping[str, dict[str, str]]
    ) -> list[Reading[Thread]]:
        """Fetch doubtful threads again; lists that still contradict themselves are recorded as incomplete."""
        doubtful = [reading for reading in readings if doubts[reading.thing.id]]
        out = [reading for reading in readings if not doubts[reading.thing.id]]
        known = [_identity(reading.thing) for reading in doubtful]
        for first, again in zip(doubtful, await by_ids(self.source, self.kind, known), strict=True):
            found: Reading[Thread] = first
            contradictions: dict[str, str] | None = doubts[first.thing.id]
            if isinstance(again, Reading):
                found, contradictions = again, await self._complete(again)
                if contradictions is not None:
                    for why in (await self._replies([again])).values():
                        contradictions["comments"] = why
            elif again.reason == "not_found":
                contradictions = None
            if contradictions is None:
                await self._gone(batch, first)
                continue
            for part, why in self._cut_timelines([found]).get(found.thing.id, {}).items():
                partial_threads.lose(found, part, why)
            for part, why in contradictions.items():
                partial_threads.lose(found, part, why)
                if part not in self.noted.get(found.thing.id, ()):
                    self.contradictions.append(f"{part} of {self.kind.url(self.source, found.thing.number)}: {why}")
            out.append(found)
        return out

    async def _shrunken(self, readings: Sequence[Reading[Thread]]) -> dict[str, dict[str, str]]:
        """Return lists, by node id, that lost implausibly many rows, or any row when they have no usable count."""
        ids = [reading.thing.full_database_id for reading in readings]
        stored = await self.source.read(_stored, self.kind.lists, ids) if ids else {}
        out: dict[str, dict[str, str]] = {}
        for reading in readings:
            for inner in self.kind.lists:
                page = getattr(reading.thing, inner.name)
                before = stored.get((inner.part, reading.thing.full_database_id), 0)
                lost = before - (len(page.nodes) if page else before)
                if inner.part in reading.thing.unserved:
                    continue
                if is_mass(lost, before) if inner.counted else lost > 0:
                    why = f"{lost:,} of {before:,} are no longer listed"
                    out.setdefault(reading.thing.id, {})[inner.part] = why
        return out

    def _cut_timelines(self, readings: Sequence[Reading[Thread]]) -> dict[str, dict[str, str]]:
        """Return timelines, by node id, with fewer events than their totalCount.

        GitHub was seen to count all items of a timeline, including comments and commits, whatever types were requested
        (strands-labs/robots#2147). So the count is used only once a thread that must have other items shows a count of
        exactly the listed events.
        """
        lengths = {}
        for reading in readings:
            timeline = _timeline(reading.thing)
            if timeline is not None:
                lengths[reading.thing.id] = (len(timeline.nodes), timeline.total_count)
        for reading in readings:
            thread = reading.thing
            has_more = isinstance(thread, m.PullRequest) or (thread.comments is not None and thread.comments.nodes)
            listed, counted = lengths.get(thread.id, (0, 1))
            self._counts_events |= bool(has_more) and listed == counted
        if not self._counts_events:
            return {}
        short = {node: length for node, length in lengths.items() if length[0] < length[1]}
        return {n: {"timelineItems": f"{found:,} of {total:,} are listed"} for n, (found, total) in short.items()}

    def note(self, batch: Batch, node: str, number: int, before: set[str], troubles: Mapping[str, str]) -> None:
        """Record the unserved parts of a thread, and as readable those that were unserved `before` only."""
        batch.readable_parts += [(self.kind.name, node, part) for part in before - troubles.keys()]
        for part, why in troubles.items():
            self.unread(batch, node, part, number, why)


def soon(source: Source) -> str:
    """Return the time up to which due retries are made in this run."""
    return clock.to_text(clock.from_text(source.now) + SOON)


def noted(db: sqlite3.Connection, repository: int, kind: str) -> dict[str, set[str]]:
    """Return the parts recorded as unreadable, by the thread's node id."""
    out: dict[str, set[str]] = {}
    for key, part in db.execute(
        "SELECT key, part FROM unreadable WHERE repository = ? AND kind = ?", [repository, kind]
    ):
        out.setdefault(key, set()).add(part)
    return out


def _timeline(thread: m.Issue | m.PullRequest | m.Discussion) -> Page[m.Event] | None:
    """Return the timeline of a thread if all of it was served. Discussions have none."""
    if isinstance(thread, m.Discussion) or "timelineItems" in thread.unserved:
        return None
    return thread.timeline_items


def _identity(thread: Any) -> dict[str, Any]:
    return {"id": thread.id, "fullDatabaseId": thread.full_database_id, "number": thread.number}


def _stored(db: sqlite3.Connection, lists: Sequence[InnerList], ids: Sequence[int]) -> dict[tuple[str, int], int]:
    """Return the number of stored rows that are not gone, by (part, thread)."""
    marks = ", ".join("?" * len(ids))
    out = {}
    for inner in lists:
        sql = f"SELECT thread, count(*) FROM ({inner.rows}) WHERE thread IN ({marks}) GROUP BY thread"
        for thread, count in db.execute(sql, list(ids)):
            out[inner.part, thread] = count
    return out
