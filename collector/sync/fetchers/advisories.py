"""Fetch the security advisories that a repository published (REST), once a week.

Nothing in the batched query shows a new one. The list is asked for with the ETag of the last answer, and sorted by
update, so that any change shows on its first page; GitHub does not charge for an unchanged list.
https://docs.github.com/en/rest/security-advisories/repository-advisories#list-repository-security-advisories
"""

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

from collector.github.client import NotThere
from collector.github.models import Page, parse
from collector.github.rest_models import Advisory
from collector.store.batch import Batch, CompleteList, Unreadable
from collector.store.state import State
from collector.sync.fetchers import readable, rows
from collector.sync.fetchers.pagination import FIRST_PAGE, Walk, linked_page, steady
from collector.sync.fetchers.source import Source, rereading_begins

KIND = "advisories"
# Half a day less than a week, so that nightly and weekly runs both look once a week.
EVERY = timedelta(days=6, hours=12)
WEEK = 7
# The key of the record in `unreadable` that GitHub does not show the list.
THE_LIST = "the list"
NEWEST_UPDATE_FIRST = {**FIRST_PAGE, "sort": "updated", "direction": "desc"}


def is_due(state: State, now: str, github_time: str | None) -> bool:
    """Return whether a week has passed since the list was read."""
    passed = state.since_sweep(now, github_time)
    return passed is None or passed >= EVERY


async def fetch(source: Source, state: State) -> AsyncIterator[Batch]:
    """Fetch the list. That GitHub does not show it is recorded once; it is then asked for again each week."""
    noted = await source.read(_noted, source.id)
    # In the first week, looks at the repositories are spread over its days.
    ahead = timedelta(days=await source.read(_place, source.id) % WEEK) if state.sweep_at is None else timedelta(0)
    looked = {"completed_at": source.now, **rereading_begins(source.now, source.github_time, ahead)}
    path = f"/repos/{source.repository.name_with_owner}/security-advisories"
    try:
        first = await source.github.rest_if_changed(path, NEWEST_UPDATE_FIRST, source.meter, state.fingerprint)
        if first is None:
            yield Batch(state=looked)
            return
        found, following, etag = first
        advisories = await _all(source, linked_page(parse(list[Any], found, KIND), following))
    except NotThere as error:
        batch = Batch(state={"fingerprint": None, **looked})
        if THE_LIST not in noted:
            batch.unreadable = [Unreadable(KIND, THE_LIST, "", source.url("security/advisories"), str(error))]
        yield batch
        return
    batch = _batch(source, advisories)
    odd = {unreadable.key for unreadable in batch.unreadable}
    batch.unreadable = [one for one in batch.unreadable if one.key not in noted]
    batch.readable = [(KIND, key) for key in noted - odd]
    batch.state = {"fingerprint": etag, **looked}
    yield batch


async def _all(source: Source, page: Page[Any]) -> list[Any]:
    """Return the rows of all pages, of which the first was read."""
    walk, cursor, listed = Walk(), None, []
    while True:
        page = await steady(walk, partial(_page, source, cursor, page), cursor, _key, source.listed(KIND))
        listed += page.nodes
        if page.next is None:
            return listed
        cursor = page.next


async def _page(source: Source, cursor: str | None, first: Page[Any]) -> Page[Any]:
    if cursor is None:
        return first
    found, following = await source.github.rest(cursor, {}, source.meter)
    return linked_page(parse(list[Any], found, KIND), following)


def _batch(source: Source, listed: list[Any]) -> Batch:
    """Return the published advisories among the rows of the list, and what cannot be read of it."""
    batch, seen = Batch(), []
    for raw in listed:
        one, odd = readable.read(Advisory, raw if isinstance(raw, dict) else {}, ("published_at",), KIND)
        if one is None or odd:
            key = str(_key(raw))
            seen.append(key)
            why = next(iter(odd.values()))
            batch.unreadable.append(Unreadable(KIND, key, "", source.url("security/advisories"), why))
        elif one.published_at is not None:
            seen.append(one.ghsa_id)
            rows.advisory(batch, one, source.id)
    batch.complete_lists.append(CompleteList("advisories", {"repository": source.id}, frozenset(seen)))
    return batch


def _key(raw: Any) -> str:
    """Return the identity of a row of the list."""
    return str(raw.get("ghsa_id")) if isinstance(raw, dict) else repr(raw)


def _noted(db: sqlite3.Connection, repository: int) -> set[str]:
    """Return the keys of what is recorded as unreadable."""
    found = db.execute("SELECT key FROM unreadable WHERE repository = ? AND kind = ?", [repository, KIND])
    return {row[0] for row in found}


def _place(db: sqlite3.Connection, repository: int) -> int:
    """Return how many tracked repositories come before this one."""
    found = db.execute("SELECT count(*) FROM repositories WHERE tracked AND id < ?", [repository]).fetchone()
    return int(found[0])
