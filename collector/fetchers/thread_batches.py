"""From threads to batches: all pages of their lists, a second look at what does not add up, and notes of what fails."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Generic

from collector import clock
from collector.fetchers import served
from collector.fetchers.inner_lists import complete
from collector.fetchers.served import Reading
from collector.fetchers.source import Source
from collector.fetchers.thread_kinds import ISSUES, InnerList, Kind, Thread
from collector.fetchers.thread_pages import by_ids
from collector.github import thread_models as m
from collector.github.client import NotThere, RequestFailed
from collector.store.batches import Batch, Unreadable

# A list that loses more rows than this, and more than this share of them, is looked at again.
MANY, SHARE = 10, 0.2
# What GitHub did not serve and is to be asked for again so soon is asked for now: nights differ by some minutes.
SOON = timedelta(hours=6)


class Batches(Generic[Thread]):
    """Adds threads of one kind to batches.

    `noted` has the parts that GitHub did not serve before, by the thread's node id; those of `elsewhere` belong to
    another question. `contradictions` are lists within threads that still contradict themselves when they are read a
    second time, and did not before. `copies` are pull requests whose own commits landed under other oids.
    """

    def __init__(
        self, source: Source, kind: Kind[Thread], elsewhere: Sequence[str], noted: Mapping[str, set[str]]
    ) -> None:
        self.source, self.elsewhere = source, elsewhere
        self.kind: Kind[Thread] = kind
        self.noted = {key: parts.difference(elsewhere) for key, parts in noted.items()}
        self.contradictions: list[str] = []
        self.copies: set[str] = set()

    async def add(self, batch: Batch, readings: Sequence[Reading[Thread]]) -> None:
        """Add threads with all that belongs to them; those that are gone by now are marked so."""
        doubtful, whole = [], []
        for reading in readings:
            doubts = await self._complete(reading)
            if doubts is not None:
                doubts |= {part: why for part, why in reading.troubles.items() if why == served.UNEXPLAINED}
            if doubts is None:
                await self.gone(batch, reading.thing.full_database_id, reading.thing.id, reading.thing.number)
            elif doubts:
                doubtful.append((reading, doubts))
            else:
                whole.append(reading)
        for reading, doubts in await self._shrunken(whole):
            whole.remove(reading)
            doubtful.append((reading, doubts))
        whole += await self._second_look(batch, doubtful)
        for reading in whole:
            thread = reading.thing
            self.kind.add(batch, thread, self.source.id, self.source.hash_key)
            self.note(batch, thread.id, thread.number, self.noted.get(thread.id, set()), reading.troubles)
            if isinstance(thread, m.PullRequest) and thread.merge_commit and thread.merge_commit.is_copy:
                self.copies.add(thread.id)

    async def gone(self, batch: Batch, ident: int, node: str, number: int) -> None:
        """Mark a thread as gone; an issue may be read elsewhere.

        GitHub's REST API says so by 301 with the new address, and answers 404 or 410 when it was deleted or went where
        nobody may read it: https://docs.github.com/en/rest/issues/issues#get-an-issue
        """
        batch.gone.setdefault(self.kind.name, []).append((ident,))
        batch.readable.append((self.kind.name, node))
        if self.kind.name != ISSUES.name:
            return
        try:
            # By the repository's id: one that was renamed meanwhile is no issue that moved.
            path = f"/repositories/{self.source.id}/issues/{number}"
            there = await self.source.github.moved_to(path, self.source.meter)
        except (NotThere, RequestFailed):
            return
        if there is not None:
            batch.moved.append((there, ident))

    def unread(self, batch: Batch, node: str, part: str, number: int, why: str) -> None:
        """Note that GitHub does not serve a part of a thread, or the thread itself when `part` is empty."""
        batch.unreadable.append(Unreadable(self.kind.name, node, part, self.kind.url(self.source, number), why))

    async def _complete(self, reading: Reading[Thread]) -> dict[str, str] | None:
        """Read the lists of a thread to their ends; which contradict themselves. None when the thread is gone."""
        try:
            what = self.kind.url(self.source, reading.thing.number)
            return await complete(self.source, reading, self.kind.lists, what)
        except NotThere:
            return None

    async def _second_look(
        self, batch: Batch, doubtful: Sequence[tuple[Reading[Thread], dict[str, str]]]
    ) -> list[Reading[Thread]]:
        """Threads that do not add up, asked for again: what still contradicts itself is noted as not read."""
        known = [_identity(reading.thing) for reading, _ in doubtful]
        out = []
        for (first, doubts), again in zip(doubtful, await by_ids(self.source, self.kind, known), strict=True):
            found: Reading[Thread] = first
            if isinstance(again, Reading):
                found, doubts_now = again, await self._complete(again)
            else:
                doubts_now = None if again.reason == "not_found" else doubts
            if doubts_now is None:
                thread = first.thing
                await self.gone(batch, thread.full_database_id, thread.id, thread.number)
                continue
            for part, why in doubts_now.items():
                served.lose(found, part, why)
                if part not in self.noted.get(found.thing.id, ()):
                    self.contradictions.append(f"{part} of {self.kind.url(self.source, found.thing.number)}: {why}")
            out.append(found)
        return out

    async def _shrunken(self, readings: Sequence[Reading[Thread]]) -> list[tuple[Reading[Thread], dict[str, str]]]:
        """Threads whose lists have lost what they hardly can have: many rows at once, or any where no count tells."""
        if not readings:
            return []
        ids = [reading.thing.full_database_id for reading in readings]
        stored = await self.source.read(_stored, self.kind.lists, ids)
        out = []
        for reading in readings:
            doubts = {}
            for inner in self.kind.lists:
                page = getattr(reading.thing, inner.name)
                before = stored.get((inner.part, reading.thing.full_database_id), 0)
                lost = before - (len(page.nodes) if page else before)
                if inner.part in reading.thing.unserved:
                    continue
                if lost > (max(MANY, SHARE * before) if inner.counted else 0):
                    doubts[inner.part] = f"{lost:,} of {before:,} are no longer listed"
            if doubts:
                out.append((reading, doubts))
        return out

    def note(self, batch: Batch, node: str, number: int, before: set[str], troubles: Mapping[str, str]) -> None:
        """Note what of a thread is not served now, and that other parts that were not `before` are."""
        batch.readable_parts += [(self.kind.name, node, part) for part in before - troubles.keys()]
        for part, why in troubles.items():
            self.unread(batch, node, part, number, why)


def soon(source: Source) -> str:
    """What is to be asked for again until then is asked for in this run."""
    return clock.to_text(clock.from_text(source.now) + SOON)


def noted(db: sqlite3.Connection, repository: int, kind: str) -> dict[str, set[str]]:
    """The parts that GitHub did not serve before, by the thread's node id."""
    out: dict[str, set[str]] = {}
    for key, part in db.execute(
        "SELECT key, part FROM unreadable WHERE repository = ? AND kind = ?", [repository, kind]
    ):
        out.setdefault(key, set()).add(part)
    return out


def _identity(thread: Any) -> dict[str, Any]:
    return {"id": thread.id, "fullDatabaseId": thread.full_database_id, "number": thread.number}


def _stored(db: sqlite3.Connection, lists: Sequence[InnerList], ids: Sequence[int]) -> dict[tuple[str, int], int]:
    """(part, thread) -> how many live rows of that list are stored."""
    marks = ", ".join("?" * len(ids))
    out = {}
    for inner in lists:
        sql = f"SELECT thread, count(*) FROM ({inner.rows}) WHERE thread IN ({marks}) GROUP BY thread"
        for thread, count in db.execute(sql, list(ids)):
            out[inner.part, thread] = count
    return out
