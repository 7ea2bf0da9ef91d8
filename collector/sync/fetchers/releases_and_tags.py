"""Fetch releases and tags: lists in which any row may change, read when the batched query shows a change.

An incremental pass reads a list until its total and its last row agree with the stored rows. A list that is longer than
the part in the batched query is reconciled, that is read to its end, once a week: an edited old release or a moved old
tag shows nowhere else. Rows missing from a complete list are marked gone, unless the list contradicts itself. If many
rows disappear at once, or the list is shorter than the batched query said, each missing row is verified by its name. A
list that is much shorter than the batched query said contradicts it.
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
from collector.sync.fetchers import release_and_tag_pages
from collector.sync.fetchers.mass_disappearance import contradicts, is_mass
from collector.sync.fetchers.pagination import Contradiction, Incomplete, Walk, steady
from collector.sync.fetchers.release_and_tag_pages import RELEASES, TAGS, ListedRow, ListKind, Notes
from collector.sync.fetchers.rereading import rereading_begins, stagger
from collector.sync.fetchers.source import Source

__all__ = ["RELEASES", "TAGS", "fetch", "fingerprint", "whole_is_due"]

# A list of which the batched query shows only a part is read whole at least once a week, also by nightly runs that are
# hours late.
READ_WHOLE_EVERY = timedelta(days=6)
# How often a list that ends before its totalCount is read. Two equal results are enough, but it may grow meanwhile.
READINGS = 3
NAMES_AT_ONCE = 50  # in one query; halved when it is too heavy
NEXT_STEP = "Nothing is marked as deleted; the next run retries."


def glance(repository: m.RepositoryState, kind: ListKind) -> Page[Any]:
    """Return the part of this list in the batched query."""
    return repository.releases if kind is RELEASES else repository.tags


def fingerprint(seen: Page[Any]) -> str:
    """Return a fingerprint of the list's part in the batched query."""
    text = repr([seen.total_count, seen.nodes])
    return f"{seen.total_count}:{blake2b(text.encode(), digest_size=8).hexdigest()}"


def whole_is_due(seen: Page[Any], state: State, now: str, github_time: str | None) -> bool:
    """Return whether to reconcile the list: at first, and weekly if the batched query does not contain all of it."""
    passed = state.since_sweep(now, github_time)
    return passed is None or (seen.total_count > len(seen.nodes) and passed >= READ_WHOLE_EVERY)


@dataclass
class _Reading:
    """One reading of a list: the rows seen, and whether it reached the end."""

    walk: Walk = field(default_factory=Walk)
    keys: set[Hashable] = field(default_factory=set)
    unknown: int = 0  # rows without a known identity
    totals: list[int] = field(default_factory=list)  # the totalCount of each page
    whole: bool = False

    def take(self, page: Page[ListedRow]) -> None:
        """Record a page."""
        self.keys |= {row.key for row in page.nodes if row.is_known}
        self.unknown += sum(not row.is_known for row in page.nodes)
        self.totals.append(page.total_count)
        self.whole = page.next is None

    @property
    def total(self) -> int:
        """The latest total."""
        return self.totals[-1] if self.totals else 0

    def end(self) -> None:
        """Raise Contradiction when fewer rows were seen than the total, or when the total shrank meanwhile.

        If a cursor is an offset, a row deleted during the reading shifts another one onto a page already read.
        """
        if max(self.totals) > self.totals[-1]:
            raise Contradiction(f"its total fell from {max(self.totals):,} to {self.totals[-1]:,} rows")
        self.walk.end(self.totals[-1])


async def fetch(source: Source, state: State, kind: ListKind) -> AsyncIterator[Batch]:
    """Fetch the list when it changed, when a week has passed, or when an unreadable row is due for a retry.

    Raises Incomplete when the list contradicts itself; the rows read until then have been yielded.
    """
    seen = glance(source.repository, kind)
    mark = fingerprint(seen)
    notes = await source.read(release_and_tag_pages.notes, source.id, kind, source.now)
    due = whole_is_due(seen, state, source.now, source.github_time) or bool(notes.due)
    if state.fingerprint == mark and not due:
        return
    live = await source.read(_live, source.id, kind)
    reading = _Reading(whole=True)
    if seen.total_count or seen.nodes or live:
        async for batch, under_way in _read(source, kind, notes, None if due else seen):
            yield batch
            reading = under_way
    last = Batch(state={"fingerprint": mark, "completed_at": source.now})
    if reading.whole and contradicts(reading.total, seen.total_count):
        raise Incomplete(
            f"GitHub counts {seen.total_count:,} {source.listed(kind.table)}, but lists only {reading.total:,}.",
            NEXT_STEP,
        )
    if reading.whole and reading.total < seen.total_count:
        last.state["fingerprint"] = None  # rows were deleted meanwhile, or the list lags behind: the next run reads it
    if reading.whole:
        missing = {} if reading.unknown else {key: name for key, name in live.items() if key not in reading.keys}
        if is_mass(len(missing), len(live)) or (missing and reading.total < seen.total_count):
            await _look_for(source, kind, missing)
        last.gone[kind.table] = [(source.id, k) if kind is TAGS else (k,) for k in missing]
        last.readable = notes.outdated()
        ahead = stagger(source.id, kind.table, READ_WHOLE_EVERY) if state.sweep_at is None else timedelta(0)
        last.state |= rereading_begins(source.now, source.github_time, ahead)
    yield last


async def _read(
    source: Source, kind: ListKind, notes: Notes, seen: Page[Any] | None
) -> AsyncIterator[tuple[Batch, _Reading]]:
    """Yield the list's rows with the reading they belong to; start again when a reading contradicts itself.

    Raises Incomplete when two readings fail in the same way, or READINGS readings fail.
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
            trouble = Incomplete(f"GitHub's list of {source.listed(kind.table)} ends early: {found}.", NEXT_STEP)
        except Incomplete as found:
            trouble = found
        # A row that moved meanwhile does not give the same contradiction twice: the list itself is wrong.
        if str(trouble) == former:
            break
        former, seen = str(trouble), None
    raise trouble


async def _pages(
    source: Source, kind: ListKind, notes: Notes, seen: Page[Any] | None, reading: _Reading
) -> AsyncIterator[Batch]:
    """Read the list page by page: to its end, or with `seen` only until the remaining rows are known."""
    size, cursor = source.pages.size, None
    while not reading.whole:
        page = await steady(
            reading.walk,
            partial(release_and_tag_pages.page, source, kind, cursor, size),
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


async def _look_for(source: Source, kind: ListKind, missing: Mapping[int | str, str]) -> None:
    """Query rows missing from a list by their names. Raises Incomplete when GitHub still has any of them."""
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
                f"GitHub's list of {source.listed(kind.table)} lacks {len(missing):,} rows that it had, but GitHub "
                f"still has {there[0]}.",
                NEXT_STEP,
            )
        at += len(part)


def _is_it(kind: ListKind, key: int | str, found: dict[str, Any] | None) -> bool:
    """Return whether the object found by name is the missing row, and not a new one with the same name."""
    return found is not None and (kind is TAGS or key in (found["databaseId"], node_ids.number(found["id"])))


def _live(db: sqlite3.Connection, repository: int, kind: ListKind) -> dict[int | str, str]:
    """Return the stored rows that are not gone: key -> name."""
    sql = f"SELECT {kind.column}, {kind.name} FROM {kind.table} WHERE repository = ? AND gone_at IS NULL"
    return dict(db.execute(sql, [repository]).fetchall())


def _settled(db: sqlite3.Connection, repository: int, kind: ListKind, total: int, page: list[Hashable]) -> bool:
    """Return whether the page's last row was stored, and stored and new rows together make up the total."""
    stored = set(_live(db, repository, kind))
    return page[-1] in stored and len(stored | set(page)) == total
