"""Releases and tags: lists in which anything may change, read whole when the batched question shows a change.

A list that is long is read only until its length and its last rows agree with what is stored; once a week it is read
to its end, since an edit of an old release, or a tag moved from one old commit to another, shows nowhere else.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from collector import clock
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


def fingerprint(repository: m.RepositoryState, kind: Kind) -> str:
    """Changes whenever the batched question shows another list."""
    seen = repository.releases if kind is RELEASES else repository.tags
    text = repr([seen.total_count, seen.nodes])
    return f"{seen.total_count}:{blake2b(text.encode(), digest_size=8).hexdigest()}"


async def fetch(source: Source, state: State, kind: Kind) -> AsyncIterator[Batch]:
    """The list, when it changed or a week has passed."""
    mark = fingerprint(source.repository, kind)
    due = state.sweep_at is None or clock.from_text(source.now) - clock.from_text(state.sweep_at) >= READ_WHOLE_EVERY
    if state.fingerprint == mark and not due:
        return
    total = source.repository.releases.total_count if kind is RELEASES else source.repository.tags.total_count
    listed: list[int | str] = []
    cursor: str | None = None
    batch = Batch()
    whole = not total
    while not whole:
        page = await _page(source, kind, cursor)
        batch = Batch()
        for node in page.nodes:
            kind.add(batch, node, source.id)
            listed.append(kind.key(node))
        cursor = page.next
        if cursor is None:
            whole = True
            break
        known = kind.key(page.nodes[-1])
        settled = not due and await source.read(_settled, source.id, kind, known, total, page.nodes)
        if settled:
            break
        yield batch
    batch.state = {"fingerprint": mark, "completed_at": source.now}
    if whole:
        found = set(listed)
        stored = await source.read(_live_keys, source.id, kind)
        keys = [k for k in stored if k not in found]
        batch.gone[kind.table] = [(source.id, k) if kind is TAGS else (k,) for k in keys]
        batch.state["sweep_at"] = source.now
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


def _settled(
    db: sqlite3.Connection, repository: int, kind: Kind, last: int | str, total: int, nodes: list[Any]
) -> bool:
    """Whether the list's last row so far was known, and with this page as many rows are stored as are listed."""
    stored = set(_live_keys(db, repository, kind))
    return last in stored and len(stored | {kind.key(n) for n in nodes}) == total
