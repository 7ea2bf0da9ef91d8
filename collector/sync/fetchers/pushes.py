"""The push log (REST: a repository's activity): who moved which branch from where to where, by GitHub's clock.

It only grows, so it is read newest first down to what is known; a walk that was cut short goes on from its cursor.
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
from collector.github.models import Page, PageInfo, RepositoryState, parse
from collector.github.rest_models import Activity
from collector.store.batch import Batch, Unreadable
from collector.store.state import State
from collector.sync.fetchers import readable, rows, watermark
from collector.sync.fetchers.pagination import Incomplete, Walk, steady
from collector.sync.fetchers.source import Source

# How far back the log goes is documented nowhere, but it can be asked for a quarter and for a year: what is younger
# than a quarter has not been forgotten.
REMEMBERED = timedelta(days=90)
# The key under which it is noted that a server has no push log.
NO_LOG = "the log"
# Fields that are never null by nature, and the columns that come from them.
_COLUMNS = {
    "ref": "ref",
    "before": "before_oid",
    "after": "after_oid",
    "timestamp": "pushed_at",
    "activity_type": "kind",
    "actor": "actor",
}


def fingerprint(repository: RepositoryState) -> str:
    """Changes with every push: to any branch, and to the default one."""
    branch = repository.default_branch_ref
    return f"{repository.pushed_at}:{branch.target.oid if branch and branch.target else None}"


@dataclass
class _Look:
    """One look through the log, from its start or from a cursor on."""

    known_by: str | None  # what was stored then is known: the log was read to its end
    noted: dict[str, bool]  # rows that were odd: key -> whether it is time to look at it again
    missed: set[str]  # those of them that are to be met
    walk: Walk = field(default_factory=Walk)
    met_known: bool = False
    ended: bool = False  # at the end of the log, not before
    begins: dict[str, str | None] = field(default_factory=dict)  # branch -> what it was at before the oldest row


async def fetch(source: Source, state: State) -> AsyncIterator[Batch]:
    """The rows of the log that are not stored yet.

    Raises Incomplete when the log contradicts itself, or ends before what it showed earlier.
    """
    mark = fingerprint(source.repository)
    noted = await source.read(_noted, source.id, source.now)
    if state.fingerprint == mark and not state.cursor and not any(noted.values()):
        return
    known_by = state.completed_at or state.first_complete_at
    newest = await source.read(_newest_known, source.id, known_by)
    try:
        if state.cursor:
            async for batch in _walk(source, state, _Look(known_by, noted, set())):
                yield batch
            # What happened since that walk began is newer than where it began.
            yield Batch(state={"watermark": state.target, "target": None, "cursor": None})
        for last_look in (False, True):
            look = _Look(known_by, noted, {key for key, is_due in noted.items() if is_due} - {NO_LOG})
            async for batch in _walk(source, state, look):
                yield batch
            if newest is None or not await source.read(_is_short, source, look, newest):
                break
            if last_look:
                raise Incomplete(
                    f"GitHub's {source.listed('push log')} ends before what it showed earlier.",
                    "What is known of it stays; the next run asks again.",
                )
    except Incomplete:
        yield Batch(state={"target": None, "cursor": None})
        raise
    except NotThere as error:
        if state.cursor and error.reason in ("not_found", "gone"):
            # It may be the place in the log that GitHub does not know any more.
            yield Batch(state={"target": None, "cursor": None})
            raise
        if error.reason != "not_found" or newest or state.cursor or not await _is_repository_there(source):
            raise
        why = "this server has no push log"  # as Enterprise servers before 3.14 or so
        yield Batch(
            unreadable=[Unreadable("pushes", NO_LOG, "", source.url("activity"), why)],
            state={"fingerprint": mark, "completed_at": source.now},
        )
        return
    over = {"fingerprint": mark, "watermark": state.target or state.watermark, "target": None, "cursor": None}
    yield Batch(
        readable=[("pushes", key) for key in noted if key in look.missed or key == NO_LOG],
        state={**over, "completed_at": source.now},
    )


async def _walk(source: Source, state: State, look: _Look) -> AsyncIterator[Batch]:
    """The log from the state's cursor down to the watermark, and to the odd rows that are to be met again."""
    floor = watermark.floor(state.watermark)
    while True:
        cursor = state.cursor
        page = await steady(look.walk, partial(_page, source, cursor), cursor, _key, source.listed("pushes"))
        batch, times = Batch(), []
        for raw in page.nodes:
            times += _add(batch, source, look, raw)
        look.met_known |= await source.read(_any_known, source.id, look.known_by, [_key(raw) for raw in page.nodes])
        look.ended = page.next is None
        done = look.ended or (bool(times) and times[-1] < floor and not look.missed)
        # A time that has not come yet is nobody's watermark.
        past = [time for time in times if time <= source.github_now]
        target = state.target or max(past, default=state.watermark)
        batch.state = {"target": target, "cursor": None if done else page.next}
        yield batch
        if done:
            return


async def _page(source: Source, cursor: str | None) -> Page[Any]:
    if cursor:
        found, following = await source.github.rest(cursor, {}, source.meter)
    else:
        path = f"/repos/{source.repository.name_with_owner}/activity"
        found, following = await source.github.rest(path, {"per_page": "100"}, source.meter)
    info = PageInfo(has_next_page=following is not None, end_cursor=following or None)
    return Page[Any](page_info=info, nodes=parse(list[Any], found, "the push log"))


def _key(raw: Any) -> Hashable:
    """What tells a row from another: its number, else its text."""
    number = raw.get("id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else blake2b(repr(raw).encode(), digest_size=8).hexdigest()


def _add(batch: Batch, source: Source, look: _Look, raw: Any) -> list[str]:
    """Add a row of the log, and note what is odd in it. Returns its time, if it has one."""
    node, odd = None, {"": "no row of a push log"}
    if isinstance(raw, dict):
        node, odd = readable.read(Activity, raw, ("timestamp",), "the push log")
        for name in _COLUMNS:
            if raw.get(name) is None and name != "actor":
                odd.setdefault(name, "null, though GitHub promises a value")
    if node is not None:
        rows.push(batch, node, source.id, {_COLUMNS[part.partition(".")[0]] for part in odd})
        if node.ref is not None:
            look.begins[node.ref] = node.before
    key = str(_key(raw))
    look.missed.discard(key)
    if key in look.noted and not odd:
        batch.readable.append(("pushes", key))
    elif odd and look.noted.get(key, True):
        batch.unreadable += [Unreadable("pushes", key, part, source.url("activity"), why) for part, why in odd.items()]
    return [node.timestamp] if node is not None and node.timestamp else []


def _is_short(db: sqlite3.Connection, source: Source, look: _Look, newest: str) -> bool:
    """Whether the log ends before what it showed earlier, the newest of which was pushed at `newest`.

    It does when it shows nothing of that, does not go on from where that had led a branch, and may not have forgotten.
    """
    if look.met_known or not look.ended:
        return False
    if not look.begins:
        return True
    for branch, before in look.begins.items():
        known = db.execute(
            "SELECT after_oid FROM pushes WHERE repository = ? AND ref = ? AND first_seen_at <= ? "
            "ORDER BY pushed_at DESC, id DESC LIMIT 1",
            [source.id, branch, look.known_by],
        ).fetchone()
        if known and known[0] == before:
            return False
    return clock.from_text(source.github_now) - clock.from_text(newest) < REMEMBERED


async def _is_repository_there(source: Source) -> bool:
    """Whether REST knows the repository, so that it is its log that is missing. Raises NotThere when it does not."""
    await source.github.rest(f"/repos/{source.repository.name_with_owner}", {}, source.meter)
    return True


def _noted(db: sqlite3.Connection, repository: int, now: str) -> dict[str, bool]:
    """The rows that are noted as odd, and whether it is time to look at them again."""
    found = db.execute(
        "SELECT key, min(ask_again_at) <= ? FROM unreadable WHERE repository = ? AND kind = 'pushes' GROUP BY key",
        [now, repository],
    )
    return {key: bool(is_due) for key, is_due in found}


def _newest_known(db: sqlite3.Connection, repository: int, known_by: str | None) -> str | None:
    """When the newest row was pushed that was known by then, of those whose time had come."""
    found: str | None = db.execute(
        "SELECT max(pushed_at) FROM pushes WHERE repository = ?1 AND first_seen_at <= ?2 AND pushed_at <= ?2",
        [repository, known_by],
    ).fetchone()[0]
    return found


def _any_known(db: sqlite3.Connection, repository: int, known_by: str | None, keys: list[Hashable]) -> bool:
    """Whether any of these rows was known by then."""
    numbers = [key for key in keys if isinstance(key, int)]
    marks = ", ".join("?" * len(numbers))
    sql = f"SELECT 1 FROM pushes WHERE repository = ? AND first_seen_at <= ? AND id IN ({marks}) LIMIT 1"
    return db.execute(sql, [repository, known_by, *numbers]).fetchone() is not None
