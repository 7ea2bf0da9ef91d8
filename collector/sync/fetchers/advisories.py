"""Fetch the security advisories that a repository published (REST), once a week.

Nothing in the batched query shows a new one. The list is asked for with the ETag of the last answer, and sorted by
update, so that any change shows on its first page; GitHub does not charge for an unchanged list. It has no total, so a
list that changed is read twice: only rows that are the same in both readings are stored, and what both lack is gone.
When anything of it is newly unreadable, it is read again the next night.
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
from collector.sync.fetchers import lenient_parsing, rows
from collector.sync.fetchers.pagination import FIRST_PAGE, Walk, linked_page, steady
from collector.sync.fetchers.rereading import rereading_begins
from collector.sync.fetchers.source import Source

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
    """Fetch the list. If GitHub does not show it, that is recorded once, and the list is requested again each week."""
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
        reading = await _read(source, found, following)
        again = await _read(source, *await source.github.rest(path, NEWEST_UPDATE_FIRST, source.meter))
        batch = _batch(source, reading, again)
        if await source.read(_lacks, batch):
            etag = None  # should the list be wrong after all, its ETag would hide that
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


# By key: an advisory, None if it cannot be read at all; and its odd fields, with the reason.
_Reading = dict[str, tuple[Advisory | None, dict[str, str]]]


async def _read(source: Source, found: Any, following: str | None) -> _Reading:
    """Return the rows of all pages, given the first and the link to the next."""
    first, walk, cursor = linked_page(parse(list[Any], found, KIND), following, source.id), Walk(), None
    reading: _Reading = {}
    while True:
        page = await steady(walk, partial(_page, source, cursor, first), cursor, _key, source.listed(KIND))
        reading |= {_key(raw): _row(raw) for raw in page.nodes}
        if page.next is None:
            return reading
        cursor = page.next


async def _page(source: Source, cursor: str | None, first: Page[Any]) -> Page[Any]:
    if cursor is None:
        return first
    found, following = await source.github.rest(cursor, {}, source.meter)
    return linked_page(parse(list[Any], found, KIND), following, source.id)


def _row(raw: Any) -> tuple[Advisory | None, dict[str, str]]:
    """Return a row of the list as far as it can be read, and what is odd about it."""
    one, odd = lenient_parsing.read(Advisory, raw if isinstance(raw, dict) else {}, ("published_at",), KIND)
    if one is not None:
        odd |= {name: "missing, although GitHub's schema promises it" for name in REQUIRED if name not in raw}
        if one.state in PUBLISHED and one.published_at is None:
            odd.setdefault("published_at", "null, although it is published")
    return one, odd


def _batch(source: Source, reading: _Reading, again: _Reading) -> Batch:
    """Return the published advisories on which two readings of the list agree, and what cannot be read of it."""
    batch, url, listed = Batch(), source.url("security/advisories"), set()
    keys = reading.keys() | again.keys()
    for key in sorted(keys):
        one, odd = reading.get(key) or again[key]
        if reading.get(key) != again.get(key):
            odd = odd or {"": "two readings of the list differ"}
        if one is None or odd:
            listed.add(key)
            batch.unreadable.append(Unreadable(KIND, key, "", url, next(iter(odd.values()))))
        elif one.published_at is not None:
            listed.add(key)
            rows.advisory(batch, one, source.id)
            if one.author is None and one.publisher is None:
                batch.unreadable.append(Unreadable(KIND, key, "author", url, "GitHub names nobody who published it"))
    if all(_is_id(key) for key in keys):
        batch.complete_lists.append(CompleteList(KIND, {"repository": source.id}, frozenset(listed)))
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
