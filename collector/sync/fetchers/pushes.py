"""Fetch the push log (REST: repository activity): who moved which branch from where to where, by GitHub's clock.

The log is append-only, so it is read newest first down to the watermark; an interrupted walk resumes from its cursor.
https://docs.github.com/en/rest/repos/repos#list-repository-activities
"""

import sqlite3
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from collector import clock
from collector.github.client import NotThere
from collector.github.models import OddAnswer, Page, RepositoryState, parse
from collector.github.rest_models import Activity
from collector.store.batch import Batch, Unreadable
from collector.store.state import State
from collector.sync.fetchers import lenient_parsing, rows, watermark
from collector.sync.fetchers.pagination import FIRST_PAGE, Incomplete, Walk, linked_page, steady
from collector.sync.fetchers.source import Source

# How far back the log reaches is not documented, but its parameter `time_period` accepts a quarter and a year: rows
# younger than a quarter must still be in it. https://docs.github.com/en/rest/repos/repos#list-repository-activities
REMEMBERED = timedelta(days=90)
# The key of the record in `unreadable` that a server has no push log.
NO_LOG = "the log"
# The key of the record that the log does not show how the default branch came to its head, or is empty.
NEWEST = "the newest push"
# Fields for which null is an error (except the actor), and their columns.
_COLUMNS = {
    "ref": "ref",
    "before": "before_oid",
    "after": "after_oid",
    "timestamp": "pushed_at",
    "activity_type": "kind",
    "actor": "actor",
}


def fingerprint(repository: RepositoryState) -> str:
    """Return a fingerprint that changes with every push to any branch."""
    branch = repository.default_branch_ref
    return f"{repository.pushed_at}:{branch.target.oid if branch and branch.target else None}"


@dataclass
class _Pass:
    """One pass through the log, from its newest row or from a cursor."""

    known_by: str | None  # rows stored by then are known: the log had been read to its end
    noted: dict[str, bool]  # keys of invalid rows -> whether they are due for a retry
    retries: set[str]  # those of them that are due and not yet met
    walk: Walk = field(default_factory=Walk)
    met_known: bool = False
    ended: bool = False  # the end of the log was reached
    begins: dict[str, str | None] = field(default_factory=dict)  # branch -> its oid before the oldest row
    follows: dict[str, str | None] = field(default_factory=dict)  # the same, of rows without an invalid one in between
    has_gap: bool = False  # a new row does not begin where the one before it ended


async def fetch(source: Source, state: State) -> AsyncIterator[Batch]:
    """Fetch the rows of the log that are not stored yet.

    Raises Incomplete when the log contradicts itself, or no longer reaches back to rows that it had earlier.
    """
    mark = fingerprint(source.repository)
    noted = await source.read(_noted, source.id, source.now)
    if state.fingerprint == mark and not state.cursor and not any(noted.values()):
        return
    known_by = state.completed_at or state.first_complete_at
    newest = await source.read(_newest_known, source.id, known_by)
    try:
        async for batch in _passes(source, state, noted, known_by, newest):
            yield batch
    except (Incomplete, OddAnswer):
        yield Batch(state={"target": None, "cursor": None})
        raise
    except NotThere as error:
        if state.cursor and error.reason in ("not_found", "gone"):
            # The cursor may have expired: the next pass starts from the newest row.
            yield Batch(state={"target": None, "cursor": None})
            raise
        if error.reason != "not_found" or newest or state.cursor or not await _is_repository_there(source):
            raise
        why = "this server has no push log"  # for example Enterprise Server before about 3.14
        yield Batch(
            unreadable=[Unreadable("pushes", NO_LOG, "", source.url("activity"), why)],
            state={"fingerprint": mark, "completed_at": source.now},
        )


async def _passes(
    source: Source, state: State, noted: dict[str, bool], known_by: str | None, newest: str | None
) -> AsyncIterator[Batch]:
    """Finish an interrupted walk, then read the log from its newest row: once more if it lacked rows the first time.

    `newest` is the time of the newest row stored by `known_by`.
    """
    if state.cursor:
        async for batch in _walk(source, state, _Pass(known_by, noted, set())):
            yield batch
        # Pushes since the interrupted walk began are above its first row: the next pass reads them.
        yield Batch(state={"watermark": state.target, "target": None, "cursor": None})
    had_rows = False
    for is_last in (False, True):
        this_pass = _Pass(known_by, noted, {key for key, is_due in noted.items() if is_due} - {NO_LOG, NEWEST})
        async for batch in _walk(source, state, this_pass):
            yield batch
        is_cut_off = newest is not None and await source.read(_is_cut_off, source, this_pass, newest)
        is_cut_off |= had_rows and not this_pass.begins
        lacks_newest = await source.read(_lacks_newest, source)
        if not (is_cut_off or lacks_newest or this_pass.has_gap):
            break
        if is_last and is_cut_off:
            raise Incomplete(
                f"GitHub's {source.listed('push log')} no longer reaches back to rows that it had earlier.",
                "The stored rows are kept; the next run retries.",
            )
        had_rows = bool(this_pass.begins)
    yield _completed(source, state, this_pass, lacks_newest)


def _completed(source: Source, state: State, last: _Pass, lacks_newest: bool) -> Batch:
    """Return the batch that ends a run: the log was read, and perhaps lacks the newest push."""
    noted = last.noted
    batch = Batch(readable=[("pushes", key) for key in noted if key in last.retries or key == NO_LOG])
    if not lacks_newest and NEWEST in noted:
        batch.readable.append(("pushes", NEWEST))
    elif lacks_newest and noted.get(NEWEST, True):
        why = "the log does not show the push that led to the head of the default branch"
        batch.unreadable.append(Unreadable("pushes", NEWEST, "", source.url("activity"), why))
    batch.state = {
        "fingerprint": fingerprint(source.repository),
        "watermark": state.target or state.watermark,
        "target": None,
        "cursor": None,
        "completed_at": source.now,
    }
    return batch


async def _walk(source: Source, state: State, this_pass: _Pass) -> AsyncIterator[Batch]:
    """Read the log from the state's cursor down to the watermark, and to the invalid rows due for a retry."""
    floor = watermark.floor(state.watermark)
    while True:
        cursor = state.cursor
        ask = partial(_page, source, cursor, this_pass.known_by is None)
        page = await steady(this_pass.walk, ask, cursor, _key, source.listed("pushes"))
        batch, times = Batch(), []
        stored = await source.read(_stored, source.id, [_key(raw) for raw in page.nodes])
        for raw in page.nodes:
            times += _add(batch, source, this_pass, raw, is_new=_key(raw) not in stored)
        this_pass.met_known |= any(first_seen <= (this_pass.known_by or "") for first_seen in stored.values())
        this_pass.ended = page.next is None
        done = this_pass.ended or (bool(times) and times[-1] < floor and not this_pass.retries)
        # A time in the future must not become the watermark: it would hide the rows until then.
        past = [time for time in times if time <= source.github_now]
        target = state.target or max(past, default=state.watermark)
        batch.state = {"target": target, "cursor": None if done else page.next}
        yield batch
        if done:
            return


async def _page(source: Source, cursor: str | None, is_first: bool) -> Page[Any]:
    """Return a page of the log, after requesting it again if it has rows that are known of another repository.

    Raises Incomplete if it has them again, unless it leads to this repository's head: then they were stored wrongly.

    The last page of a log that is read for the first time is requested twice, too: later, stored rows show whether the
    log reaches back far enough.
    """
    page = await _ask(source, cursor)
    if await source.read(_are_elsewhere, source.id, page.nodes):
        page = await _ask(source, cursor)
        if await source.read(_are_elsewhere, source.id, page.nodes) and not await _is_own(source, page.nodes):
            raise Incomplete(
                f"GitHub's {source.listed('push log')} has rows of another repository.",
                "They are not stored; the next run retries.",
            )
        return page
    if is_first and page.next is None:
        return max(page, await _ask(source, cursor), key=lambda one: (one.next is not None, len(one.nodes)))
    return page


async def _ask(source: Source, cursor: str | None) -> Page[Any]:
    if cursor:
        found, following = await source.github.rest(cursor, {}, source.meter)
    else:
        path = f"/repos/{source.repository.name_with_owner}/activity"
        found, following = await source.github.rest(path, FIRST_PAGE, source.meter)
    return linked_page(parse(list[Any], found, "the push log"), following, source.id)


def _key(raw: Any) -> Hashable:
    """Return a row's identity: its id, else a hash of its content."""
    number = raw.get("id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else blake2b(repr(raw).encode(), digest_size=8).hexdigest()


def _add(batch: Batch, source: Source, this_pass: _Pass, raw: Any, is_new: bool) -> list[str]:
    """Add a row of the log to a batch, and record its invalid fields. Returns its time, if it has one."""
    node, odd = None, {"": "not a row of a push log"}
    if isinstance(raw, dict):
        node, odd = lenient_parsing.read(Activity, raw, ("timestamp",), "the push log")
        for name in _COLUMNS:
            # Without an actor, the account was deleted (rows.account).
            if name not in raw or (raw[name] is None and name != "actor"):
                odd.setdefault(name, "null, although GitHub's schema promises a value")
    if node is not None:
        rows.push(batch, node, source.id, {_COLUMNS[part.partition(".")[0]] for part in odd})
        if node.ref is not None:
            this_pass.has_gap |= is_new and this_pass.follows.get(node.ref, node.after) != node.after
            this_pass.follows[node.ref] = this_pass.begins[node.ref] = node.before
    if odd:
        this_pass.follows.clear()  # it may be the row that is missing
    key = str(_key(raw))
    this_pass.retries.discard(key)
    if key in this_pass.noted and not odd:
        batch.readable.append(("pushes", key))
    elif odd and this_pass.noted.get(key, True):
        batch.unreadable += [Unreadable("pushes", key, part, source.url("activity"), why) for part, why in odd.items()]
    return [node.timestamp] if node is not None and node.timestamp else []


def _is_cut_off(db: sqlite3.Connection, source: Source, this_pass: _Pass, newest: str) -> bool:
    """Return whether the log no longer reaches back to the known rows, the newest of which was pushed at `newest`.

    That is so when it contains no known row, no branch continues from where a known row had left it, and the newest
    known row is too young (REMEMBERED) to have expired.
    """
    if this_pass.met_known or not this_pass.ended:
        return False
    if not this_pass.begins:
        return True
    for branch, before in this_pass.begins.items():
        known = db.execute(
            "SELECT after_oid FROM pushes WHERE repository = ? AND ref = ? AND first_seen_at <= ? "
            "ORDER BY pushed_at DESC, id DESC LIMIT 1",
            [source.id, branch, this_pass.known_by],
        ).fetchone()
        if known and known[0] == before:
            return False
    return clock.from_text(source.github_now) - clock.from_text(newest) < REMEMBERED


async def _is_repository_there(source: Source) -> bool:
    """Return True if REST has the repository, so that only its log is missing. Raises NotThere otherwise."""
    await source.github.rest(f"/repos/{source.repository.name_with_owner}", {}, source.meter)
    return True


def _noted(db: sqlite3.Connection, repository: int, now: str) -> dict[str, bool]:
    """Return the rows recorded as unreadable, and whether each is due for a retry."""
    found = db.execute(
        "SELECT key, min(ask_again_at) <= ? FROM unreadable WHERE repository = ? AND kind = 'pushes' GROUP BY key",
        [now, repository],
    )
    return {key: bool(is_due) for key, is_due in found}


def _newest_known(db: sqlite3.Connection, repository: int, known_by: str | None) -> str | None:
    """Return the time of the newest push stored by `known_by`, ignoring times in the future; None without one."""
    found: str | None = db.execute(
        "SELECT max(pushed_at) FROM pushes "
        "WHERE repository = :repository AND first_seen_at <= :known_by AND pushed_at <= :known_by",
        {"repository": repository, "known_by": known_by},
    ).fetchone()[0]
    return found


def _stored(db: sqlite3.Connection, repository: int, keys: list[Hashable]) -> dict[int, str]:
    """Return which of these rows are stored, and since when."""
    numbers = _numbers(keys)
    marks = ", ".join("?" * len(numbers))
    sql = f"SELECT id, first_seen_at FROM pushes WHERE repository = ? AND id IN ({marks})"
    return dict(db.execute(sql, [repository, *numbers]).fetchall())


async def _is_own(source: Source, page: list[Any]) -> bool:
    """Return whether a page, or the stored rows, show how this repository's default branch came to its head."""
    branch = source.repository.default_branch_ref
    if branch is None or branch.target is None:
        return False
    heads = {raw.get("after") for raw in page if isinstance(raw, dict) and isinstance(raw.get("after"), str)}
    return branch.target.oid in heads or not await source.read(_lacks_newest, source)


def _are_elsewhere(db: sqlite3.Connection, repository: int, page: list[Any]) -> bool:
    """Return whether some of these rows are stored of another repository: a proxy or a cache may mix up responses."""
    numbers = _numbers([_key(raw) for raw in page])
    marks = ", ".join("?" * len(numbers))
    sql = f"SELECT 1 FROM pushes WHERE repository <> ? AND id IN ({marks}) LIMIT 1"
    return db.execute(sql, [repository, *numbers]).fetchone() is not None


def _numbers(keys: list[Hashable]) -> list[int]:
    """Return the ids among the keys: an odd row may have one that no SQLite integer holds.

    https://www.sqlite.org/datatype3.html
    """
    return [key for key in keys if isinstance(key, int) and abs(key) < 2**63]


def _lacks_newest(db: sqlite3.Connection, source: Source) -> bool:
    """Return whether no stored row led to the head of the default branch, or there is none in spite of a recent push.

    A default branch without any row has got its name after its last push.
    """
    branch = source.repository.default_branch_ref
    rows = "SELECT count(*), count(*) FILTER (WHERE after_oid = ?) FROM pushes WHERE repository = ?"
    (every, _) = db.execute(rows, [None, source.id]).fetchone()
    if not every:
        pushed_at = source.repository.pushed_at
        return pushed_at is not None and clock.from_text(source.github_now) - clock.from_text(pushed_at) < REMEMBERED
    if branch is None or branch.target is None:
        return False
    (of_branch, to_head) = db.execute(
        f"{rows} AND ref = ?", [branch.target.oid, source.id, f"refs/heads/{branch.name}"]
    ).fetchone()
    return bool(of_branch) and not to_head
