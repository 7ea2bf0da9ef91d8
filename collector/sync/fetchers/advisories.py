"""Fetch the security advisories that a repository published (REST), once a week.

Nothing in the batched query shows a new one. The list is asked for with the ETag of the last answer, and sorted by
update, so that any change shows on its first page; GitHub does not charge for an unchanged list. It has no total: when
it lacks a stored row, it is read a second time, and what both readings lack is gone. When anything of it is newly
unreadable, it is read again the next night.
https://docs.github.com/en/rest/security-advisories/repository-advisories#list-repository-security-advisories
"""

import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from collector.github.client import NotThere
from collector.github.models import Page, parse
from collector.github.rest_models import GHSA_ID, Advisory
from collector.store.batch import Batch, CompleteList, Unreadable
from collector.store.state import State
from collector.sync.fetchers import readable, rows
from collector.sync.fetchers.pagination import FIRST_PAGE, Walk, linked_page, steady
from collector.sync.fetchers.source import Source, rereading_begins

KIND = "advisories"
# Half a day less than a week, so that nightly and weekly runs both look once a week.
EVERY = timedelta(days=6, hours=12)
WEEK = 7
# How long before its next turn a list counts as read when something of it is newly unreadable.
RETRY = EVERY - timedelta(hours=12)
# The states of advisories that were published, and their fields that GitHub's schema requires.
PUBLISHED = ("published", "withdrawn")
REQUIRED = tuple(field.name for field in fields(Advisory))
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
    path = f"/repos/{source.repository.name_with_owner}/security-advisories"
    # The ETag of a list that could not be read would hide it.
    known = None if noted else state.fingerprint
    try:
        first = await source.github.rest_if_changed(path, NEWEST_UPDATE_FIRST, source.meter, known)
        if first is None:
            yield Batch(state=_looked(source, ahead))
            return
        found, following, etag = first
        batch = await _read(source, found, following)
        if await source.read(_lacks, batch):
            again = await source.github.rest(path, NEWEST_UPDATE_FIRST, source.meter)
            batch, etag = await _read(source, *again, batch.complete_lists[0].keys), None
    except NotThere as error:
        batch, etag = Batch(), None
        batch.unreadable = [Unreadable(KIND, THE_LIST, "", source.url("security/advisories"), str(error))]
    else:
        odd = {unreadable.key for unreadable in batch.unreadable}
        batch.readable = [(KIND, key) for key in noted - odd]
    batch.unreadable = [one for one in batch.unreadable if one.key not in noted]
    batch.state = {"fingerprint": etag, **_looked(source, RETRY if batch.unreadable else ahead)}
    yield batch


def _looked(source: Source, ahead: timedelta) -> dict[str, str | None]:
    """Return the state after a look that counts as `ahead` of now."""
    return {"completed_at": source.now, **rereading_begins(source.now, source.github_time, ahead)}


async def _read(
    source: Source, found: Any, following: str | None, listed_before: frozenset[str] = frozenset()
) -> Batch:
    """Return what the list says, given its first page, the link to the next, and the rows of an earlier reading."""
    listed = await _all(source, linked_page(parse(list[Any], found, KIND), following))
    return _batch(source, listed, listed_before)


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


def _batch(source: Source, listed: list[Any], listed_before: frozenset[str]) -> Batch:
    """Return the published advisories among the rows of the list, and what cannot be read of it."""
    batch, seen, all_known = Batch(), [], True
    for raw in listed:
        one, odd = readable.read(Advisory, raw if isinstance(raw, dict) else {}, ("published_at",), KIND)
        if one is not None:
            odd |= {name: "missing, although GitHub's schema promises it" for name in REQUIRED if name not in raw}
            if one.published_at is None and one.state in PUBLISHED:
                odd.setdefault("published_at", "null, although it is published")
        if one is None or odd:
            key = _key(raw)
            seen.append(key)
            all_known &= _is_id(key)
            why = next(iter(odd.values()))
            batch.unreadable.append(Unreadable(KIND, key, "", source.url("security/advisories"), why))
        elif one.published_at is not None:
            seen.append(one.ghsa_id)
            rows.advisory(batch, one, source.id)
    if all_known:
        batch.complete_lists.append(CompleteList(KIND, {"repository": source.id}, listed_before | frozenset(seen)))
    return batch


def _is_id(key: str) -> bool:
    """Return whether a key is an advisory's id, and not the hash of an odd row."""
    return re.fullmatch(GHSA_ID, key) is not None


def _lacks(db: sqlite3.Connection, batch: Batch) -> bool:
    """Return whether the list lacks rows that are stored."""
    sql = "SELECT ghsa_id FROM advisories WHERE repository = ? AND gone_at IS NULL"
    lists = batch.complete_lists
    return any({row[0] for row in db.execute(sql, [one.where["repository"]])} - one.keys for one in lists)


def _key(raw: Any) -> str:
    """Return a row's identity: its id, else a hash of its content."""
    ident = raw.get("ghsa_id") if isinstance(raw, dict) else None
    return ident if isinstance(ident, str) and _is_id(ident) else blake2b(repr(raw).encode(), digest_size=8).hexdigest()


def _noted(db: sqlite3.Connection, repository: int) -> set[str]:
    """Return the keys of what is recorded as unreadable."""
    found = db.execute("SELECT key FROM unreadable WHERE repository = ? AND kind = ?", [repository, KIND])
    return {row[0] for row in found}


def _place(db: sqlite3.Connection, repository: int) -> int:
    """Return how many tracked repositories come before this one."""
    found = db.execute("SELECT count(*) FROM repositories WHERE tracked AND id < ?", [repository]).fetchone()
    return int(found[0])
