"""Releases and tags: lists in which anything may change, read when the batched question shows a change.

A list is read until its length and its last rows agree with what is stored. One that is longer than what the batched
question shows is read to its end once a week, since an edit of an old release, or a tag moved from one old commit to
another, shows nowhere else. What a list read to its end lacks is gone, unless the list contradicts itself. Where much
disappears at once, or the list is shorter than the batched question said, GitHub is asked for each by its name.
"""

import sqlite3
from collections.abc import AsyncIterator, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from collector.github import models as m
from collector.github import node_ids, queries
from collector.github.client import TooHeavy, require
from collector.github.models import Page
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers import listed
from collector.sync.fetchers.listed import RELEASES, TAGS, Kind, Notes, Row
from collector.sync.fetchers.pagination import Contradiction, Incomplete, Walk, steady
from collector.sync.fetchers.source import Source, rereading_begins, turn

__all__ = ["RELEASES", "TAGS", "fetch", "fingerprint", "whole_is_due"]

READ_WHOLE_EVERY = timedelta(days=6)
# How often a list that ends before its totalCount is read; twice the same is enough, but lists may grow meanwhile.
READINGS = 3
# When more rows than this disappear at once, and more than one in so many, each is asked for by its name.
MANY, ONE_IN = 10, 5
NAMES_AT_ONCE = 50
NEXT_STEP = "Nothing is taken for deleted; the next run asks again."


def glance(repository: m.RepositoryState, kind: Kind) -> Page[Any]:
    """What the batched question showed of this list."""
    return repository.releases if kind is RELEASES else repository.tags


def fingerprint(seen: Page[Any]) -> str:
    """Changes whenever the batched question shows another list."""
    text = repr([seen.total_count, seen.nodes])
    return f"{seen.total_count}:{blake2b(text.encode(), digest_size=8).hexdigest()}"


def whole_is_due(seen: Page[Any], state: State, now: str, github_time: str | None) -> bool:
    """Whether the list is to be read to its end: at first, and weekly where the glance does not show all of it."""
    passed = state.since_sweep(now, github_time)
    return passed is None or (seen.total_count > len(seen.nodes) and passed >= READ_WHOLE_EVERY)


@dataclass
class _Reading:
    """One reading of a list: what was seen of it, and whether it went to the end."""

    walk: Walk = field(default_factory=Walk)
    keys: set[Hashable] = field(default_factory=set)
    unknown: int = 0  # rows of which GitHub does not say which they are
    totals: list[int] = field(default_factory=list)  # what each page said of the list's length
    whole: bool = False

    def take(self, page: Page[Row]) -> None:
        """Note a page's rows."""
        self.keys |= {row.key for row in page.nodes if row.is_known}
        self.unknown += sum(not row.is_known for row in page.nodes)
        self.totals.append(page.total_count)
        self.whole = page.next is None

    def is_shorter_than(self, seen: Page[Any]) -> bool:
        """Whether the list says that it has fewer rows than the batched question showed a moment before."""
        return (self.totals[-1] if self.totals else 0) < seen.total_count

    def end(self) -> None:
        """Raise Contradiction when the list had more rows than were seen, or where rows were taken out meanwhile.

        A cursor may be a number of rows: then one that moves up to a page that was read is not seen.
        """
        if max(self.totals) > self.totals[-1]:
            raise Contradiction(f"of {max(self.totals):,} rows {self.totals[-1]:,} were left as it ended")
        self.walk.end(self.totals[-1])


async def fetch(source: Source, state: State, kind: Kind) -> AsyncIterator[Batch]:
    """The list, when it changed, a week has passed, or something unreadable in it is to be asked for again.

    Raises Incomplete when the list contradicts itself; what was read of it is stored by then.
    """
    seen = glance(source.repository, kind)
    mark = fingerprint(seen)
    notes = await source.read(listed.notes, source.id, kind, source.now)
    due = whole_is_due(seen, state, source.now, source.github_time) or bool(notes.due)
    if state.fingerprint == mark and not due:
        return
    live = await source.read(_live, source.id, kind)
    reading = _Reading(whole=True)
    if seen.total_count or live:
        async for batch, under_way in _read(source, kind, notes, None if due else seen):
            yield batch
            reading = under_way
    last = Batch(state={"fingerprint": mark, "completed_at": source.now})
    if reading.whole:
        missing = {} if reading.unknown else {key: name for key, name in live.items() if key not in reading.keys}
        many = len(missing) > MANY and len(missing) * ONE_IN > len(live)
        if many or (missing and reading.is_shorter_than(seen)):
            await _look_for(source, kind, missing)
        last.gone[kind.table] = [(source.id, k) if kind is TAGS else (k,) for k in missing]
        last.readable = notes.outdated()
        ahead = turn(source.id, kind.table, READ_WHOLE_EVERY) if state.sweep_at is None else timedelta(0)
        last.state |= rereading_begins(source.now, source.github_time, ahead)
    yield last


async def _read(
    source: Source, kind: Kind, notes: Notes, seen: Page[Any] | None
) -> AsyncIterator[tuple[Batch, _Reading]]:
    """The list's rows, and the reading that they belong to: from the start again where a reading contradicts itself.

    Raises Incomplete when the list ends early twice in the same way, or contradicts itself twice.
    """
    former: str | None = None
    for _ in range(READINGS):
        reading = _Reading()
        try:
            async for batch in _pages(source, kind, notes, seen, reading):
                yield batch, reading
            if reading.whole:
                reading.end()
            return
        except Contradiction as found:
            trouble = Incomplete(f"GitHub ends its list of {source.listed(kind.table)} early: {found}.", NEXT_STEP)
        except Incomplete as found:
            trouble = found
        if str(trouble) == former:
            break
        former, seen = str(trouble), None
    raise trouble


async def _pages(
    source: Source, kind: Kind, notes: Notes, seen: Page[Any] | None, reading: _Reading
) -> AsyncIterator[Batch]:
    """The list page by page, to its end, or until what follows is known where the batched question showed a part."""
    size, cursor = source.pages.size, None
    while not reading.whole:
        page = await steady(
            reading.walk,
            partial(listed.page, source, kind, cursor, size),
            cursor,
            lambda row: row.key,
            source.listed(kind.table),
        )
        reading.take(page)
        settled = False
        if seen is not None and page.nodes and not reading.whole and reading.walk.listed >= len(seen.nodes):
            keys = [row.key for row in page.nodes]
            settled = await source.read(_settled, source.id, kind, seen.total_count, keys)
        yield notes.batch(source, page.nodes)
        if settled:
            return
        cursor = page.next


async def _look_for(source: Source, kind: Kind, missing: Mapping[int | str, str]) -> None:
    """Ask for rows that a list lacks by their names. Raises Incomplete when GitHub has any of them."""
    names, at, at_once = list(missing.items()), 0, NAMES_AT_ONCE
    compose = queries.releases_by_name if kind is RELEASES else queries.tags_by_name
    while at < len(names):
        part = names[at : at + at_once]
        variables: dict[str, Any] = {"repository": source.repository.id}
        variables |= {f"name{n}": name if kind is RELEASES else f"refs/tags/{name}" for n, (_, name) in enumerate(part)}
        text, several = compose(len(part)), len(part) > 1
        try:
            answer = await source.github.graphql("ByName", text, variables, source.meter, can_split=several)
        except TooHeavy:
            if not several:
                raise
            at_once = max(1, len(part) // 2)
            continue
        found = require(answer, "node", source.repository.name_with_owner)
        there = [name for n, (key, name) in enumerate(part) if _is_it(kind, key, found.get(f"n{n}"))]
        if there:
            raise Incomplete(
                f"GitHub's list of {source.listed(kind.table)} lacks {len(missing):,} that it had, yet GitHub "
                f"still shows {there[0]}.",
                NEXT_STEP,
            )
        at += len(part)


def _is_it(kind: Kind, key: int | str, found: dict[str, Any] | None) -> bool:
    """Whether an object found by a name is the one that was looked for, and no other that has its name now."""
    return found is not None and (kind is TAGS or key in (found["databaseId"], node_ids.number(found["id"])))


def _live(db: sqlite3.Connection, repository: int, kind: Kind) -> dict[int | str, str]:
    """The rows that were listed so far: key -> name."""
    sql = f"SELECT {kind.column}, {kind.name} FROM {kind.table} WHERE repository = ? AND gone_at IS NULL"
    return dict(db.execute(sql, [repository]).fetchall())


def _settled(db: sqlite3.Connection, repository: int, kind: Kind, total: int, page: list[Hashable]) -> bool:
    """Whether the page's last row was known, and with the page as many rows are stored as are listed."""
    stored = set(_live(db, repository, kind))
    return page[-1] in stored and len(stored | set(page)) == total
