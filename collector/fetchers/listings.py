"""Releases and tags: lists in which anything may change, read when the batched question shows a change.

A list is read until its length and its last rows agree with what is stored. One that is longer than what the batched
question shows is read to its end once a week, since an edit of an old release, or a tag moved from one old commit to
another, shows nowhere else.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from collector.fetchers import rows
from collector.fetchers.source import Source
from collector.github import documents
from collector.github import models as m
from collector.github.client import NotThere
from collector.github.models import Page, parse
from collector.store.batches import Batch
from collector.store.state import State

READ_WHOLE_EVERY = timedelta(days=6)


@dataclass(frozen=True)
class Kind:
    """What differs between releases and tags."""

    table: str
    document: str
    field: str
    page: type[Page[Any]]
    add: Callable[[Batch, Any, int], None]
    key: Callable[[Any], int | str]
    column: str


RELEASES = Kind("releases", "Releases", "releases", Page[m.Release], rows.release, lambda r: int(r.database_id), "id")
TAGS = Kind("tags", "Tags", "refs", Page[m.Tag], rows.tag, lambda t: str(t.name), "name")


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


async def fetch(source: Source, state: State, kind: Kind) -> AsyncIterator[Batch]:
    """The list, when it changed or a week has passed."""
    seen = glance(source.repository, kind)
    mark = fingerprint(seen)
    due = whole_is_due(seen, state, source.now, source.github_time)
    if state.fingerprint == mark and not due:
        return
    listed: list[int | str] = []
    cursor: str | None = None
    batch, whole = Batch(), not seen.total_count
    while not whole:
        page = await _page(source, kind, cursor)
        batch = Batch()
        for node in page.nodes:
            kind.add(batch, node, source.id)
            listed.append(kind.key(node))
        cursor = page.next
        whole = cursor is None
        if not whole and not due and len(listed) >= len(seen.nodes):
            settled = await source.read(_settled, source.id, kind, seen.total_count, [kind.key(n) for n in page.nodes])
            if settled:
                break
        if not whole:
            yield batch
    batch.state = {"fingerprint": mark, "completed_at": source.now}
    if whole:
        found = set(listed)
        stored = await source.read(_live_keys, source.id, kind)
        keys = [k for k in stored if k not in found]
        batch.gone[kind.table] = [(source.id, k) if kind is TAGS else (k,) for k in keys]
        ahead = source.turn(kind.table, READ_WHOLE_EVERY) if state.sweep_at is None else timedelta(0)
        batch.state |= source.rereading_begins(ahead)
    yield batch


async def _page(source: Source, kind: Kind, after: str | None) -> Page[Any]:
    answer = await source.github.graphql(
        kind.document,
        documents.load(kind.document),
        {"repository": source.repository.id, "after": after},
        source.meter,
        source.pages,
    )
    if answer.data.get("node") is None:
        raise NotThere(source.repository.name_with_owner, "not_found")
    return parse(kind.page, answer.data["node"][kind.field], kind.document)


def _live_keys(db: sqlite3.Connection, repository: int, kind: Kind) -> list[int | str]:
    sql = f"SELECT {kind.column} FROM {kind.table} WHERE repository = ? AND gone_at IS NULL"
    return [row[0] for row in db.execute(sql, [repository])]


def _settled(db: sqlite3.Connection, repository: int, kind: Kind, total: int, page: list[int | str]) -> bool:
    """Whether the page's last row was known, and with the page as many rows are stored as are listed."""
    stored = set(_live_keys(db, repository, kind))
    return page[-1] in stored and len(stored | set(page)) == total
