"""Issues and pull requests, each with all its comments, reviews, files and events.

News are read newest update first, down to the watermark; a walk that was cut short goes on from its cursor, and what
changed meanwhile is newer than where it began, so the next walk finds it. What is gone, or changed without a new
updatedAt, is found by re-reading the whole list in the order of creation, spread over the nights of a week (`sweep`),
for each list from a moment of its own on.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from collector import clock
from collector.fetchers import rows
from collector.fetchers.source import Source
from collector.github import documents
from collector.github import models as m
from collector.github.client import NotThere, RequestFailed
from collector.github.models import Page, parse
from collector.store.batches import Batch
from collector.store.state import State

# GitHub's answers may lag behind its own clock: what was updated shortly before the watermark is read again.
OVERLAP = timedelta(hours=1)
# A re-reading takes this long, so that nothing is left unread for longer than a week. Nights differ by some minutes.
SWEEP = timedelta(days=6, hours=20)
# Threads asked for by their ids at once, as a share of a page.
BY_ID = 0.5

Thread = TypeVar("Thread", m.Issue, m.PullRequest)


@dataclass(frozen=True)
class Kind(Generic[Thread]):
    """What differs between issues and pull requests."""

    name: str
    table: str
    document: str
    by_id: str
    field: str
    model: type[Thread]
    page: type[Page[Thread]]
    add: Callable[[Batch, Thread, int, str], None]
    lists: tuple[tuple[str, str, type[Any]], ...]


ISSUES: Kind[m.Issue] = Kind(
    "issues",
    "issues",
    "Issues",
    "IssuesById",
    "issues",
    m.Issue,
    Page[m.Issue],
    rows.issue,
    (
        ("labels", "MoreLabels", Page[m.Named]),
        ("comments", "MoreComments", Page[m.Comment]),
        ("timeline_items", "MoreIssueEvents", Page[m.Event]),
    ),
)
PULL_REQUESTS: Kind[m.PullRequest] = Kind(
    "pull_requests",
    "pull_requests",
    "PullRequests",
    "PullRequestsById",
    "pullRequests",
    m.PullRequest,
    Page[m.PullRequest],
    rows.pull_request,
    (
        ("comments", "MoreComments", Page[m.Comment]),
        ("reviews", "MoreReviews", Page[m.Review]),
        ("files", "MoreFiles", Page[m.ChangedFile]),
        ("commits", "MoreCommits", Page[m.PullRequestCommit]),
        ("timeline_items", "MorePullRequestEvents", Page[m.Event]),
    ),
)


def glance(source: Source, kind: Kind[Any]) -> Page[m.Touched]:
    """What the batched question showed of this list."""
    return source.repository.issues if kind is ISSUES else source.repository.pull_requests


def fingerprint(seen: Page[m.Touched]) -> str:
    """Changes whenever the list has news: another length, or another newest update."""
    newest = seen.nodes[0] if seen.nodes else None
    return f"{seen.total_count}:{newest.id}:{newest.updated_at}" if newest else f"{seen.total_count}"


async def fetch(source: Source, state: State, kind: Kind[Thread]) -> AsyncIterator[Batch]:
    """All news of one list, then what is due of its re-reading. Yields nothing when there is nothing to do."""
    seen, complete_at = glance(source, kind), state.completed_at
    again = complete_at is None and state.first_complete_at is not None
    if kind is ISSUES and not source.repository.has_issues_enabled:
        if complete_at or state.cursor:
            yield await _switched_off(source, kind)
        return
    if complete_at is None or state.cursor or state.fingerprint != fingerprint(seen):
        while True:
            resumed = state.cursor is not None
            async for batch in _news(source, state, kind, seen):
                yield batch
            if not resumed:
                break
        unexplained = 0
        if complete_at and state.hidden is not None:
            hidden = state.hidden - await source.read(_revived, source, kind, complete_at)
            yield Batch(state={"hidden": hidden})
            unexplained = seen.total_count - await source.read(_live, source.id, kind.table) - hidden
        if again or unexplained > 0:
            # All is to be read anew, or something appeared with an old updatedAt.
            yield Batch(state=_sweep_begins(source))
            async for batch in _sweep(source, state, kind, None):
                yield batch
    if state.hidden is None:
        hidden = seen.total_count - await source.read(_live, source.id, kind.table)
        yield Batch(state={"hidden": hidden, **_all_was_read(source, kind, seen.total_count)})
    due = pages_due(state, seen.total_count, source.pages.size, source.now, source.github_time)
    if due:
        async for batch in _sweep(source, state, kind, due):
            yield batch


async def _switched_off(source: Source, kind: Kind[Any]) -> Batch:
    """The owner has switched issues off: GitHub lists none. Should they come back, all is read anew."""
    live = await source.read(_between, source.id, kind.table, "", "9999", set())
    off = dict.fromkeys(("completed_at", "cursor", "target", "watermark", "fingerprint", "hidden", "sweep_at"))
    return Batch(gone={kind.table: [(ident,) for ident, _, _ in live]}, state=off)


async def _news(source: Source, state: State, kind: Kind[Thread], seen: Page[m.Touched]) -> AsyncIterator[Batch]:
    """The list from the newest update down to the watermark."""
    floor = source.start
    if state.watermark:
        floor = max(floor, clock.to_text(clock.from_text(state.watermark) - OVERLAP))
    if not seen.total_count:
        yield Batch(state=_complete(source, fingerprint(seen), state.watermark))
        return
    while True:
        yield await _news_page(source, state, kind, seen, floor)
        if state.cursor is None:
            return


async def _news_page(source: Source, state: State, kind: Kind[Thread], seen: Page[m.Touched], floor: str) -> Batch:
    page = await _page(source, kind, state.cursor, "UPDATED_AT")
    batch = Batch()
    for thread in page.nodes:
        if thread.updated_at >= floor:
            await _add(source, kind, batch, thread)
    target = state.target or (page.nodes[0].updated_at if page.nodes else state.watermark)
    if page.next is None or page.nodes[-1].updated_at < floor:
        batch.state = _complete(source, fingerprint(seen), target)
    else:
        batch.state = {"target": target, "cursor": page.next}
    return batch


def _complete(source: Source, mark: str, watermark: str | None) -> dict[str, Any]:
    return {
        "fingerprint": mark,
        "watermark": watermark or source.start,
        "target": None,
        "cursor": None,
        "completed_at": source.now,
    }


def _sweep_begins(source: Source, ahead: timedelta = timedelta(0)) -> dict[str, Any]:
    """The state in which a re-reading begins at the list's newest end."""
    return {"sweep_cursor": None, "sweep_edge": None, "sweep_done": 0, **source.rereading_begins(ahead)}


def _all_was_read(source: Source, kind: Kind[Any], total: int) -> dict[str, Any]:
    """The state in which everything has just been read: its pages will be re-read in their turns."""
    pages = max(1, -(-total // source.pages.size))
    return _sweep_begins(source, source.turn(kind.name, SWEEP / pages))


def pages_due(state: State, total: int, page_size: int, now: str, github_time: str | None) -> int:
    """How many pages of the re-reading are due: as large a share of all as of the week has passed."""
    passed = state.since_sweep(now, github_time)
    if passed is None:
        return 0
    pages = max(1, -(-total // page_size))
    if passed >= SWEEP:
        return max(1, pages - state.sweep_done)
    return max(0, int(pages * (passed / SWEEP)) - state.sweep_done)


async def _sweep(source: Source, state: State, kind: Kind[Thread], pages: int | None) -> AsyncIterator[Batch]:
    """Re-read the list newest creation first: some pages of it, or all. Rows that are missing are asked for."""
    oldest = await source.read(_oldest, source.id, kind.table)
    done = 0
    while pages is None or done < pages:
        batch, total = await _sweep_page(source, state, kind, oldest if pages is not None else None)
        yield batch
        done += 1
        if state.sweep_cursor is None:
            live = await source.read(_live, source.id, kind.table)
            begins = _all_was_read(source, kind, total) if pages is None else {}
            yield Batch(state={"hidden": total - live, **begins})
            return


async def _sweep_page(source: Source, state: State, kind: Kind[Thread], oldest: str | None) -> tuple[Batch, int]:
    """The next page of a re-reading, which ends at the list's end or beyond the `oldest`; and the list's length."""
    page = await _page(source, kind, state.sweep_cursor, "CREATED_AT")
    edge: dict[str, Any] = json.loads(state.sweep_edge or '{"time": "9999", "ids": []}')
    last = page.nodes[-1].created_at if page.nodes else ""
    ended = page.next is None or (oldest is not None and last < oldest)
    batch = Batch()
    for thread in page.nodes:
        if thread.updated_at >= source.start:
            await _add(source, kind, batch, thread)
    listed = {t.full_database_id for t in page.nodes} | set(edge["ids"])
    low: str = "" if ended else last
    suspects = await source.read(_between, source.id, kind.table, low, edge["time"], listed)
    await _ask_for(source, kind, suspects, batch)
    if ended:
        batch.state = _sweep_begins(source)
    else:
        at_edge = [t.full_database_id for t in page.nodes if t.created_at == last]
        batch.state = {
            "sweep_cursor": page.next,
            "sweep_edge": json.dumps({"time": last, "ids": at_edge}),
            "sweep_done": state.sweep_done + 1,
        }
    return batch, page.total_count


async def _ask_for(source: Source, kind: Kind[Thread], suspects: list[tuple[int, str, int]], batch: Batch) -> None:
    """Ask for threads that a list lacks by their ids: they are gone only when GitHub says so."""
    at_once = max(1, int(source.pages.size * BY_ID))
    for at in range(0, len(suspects), at_once):
        part = suspects[at : at + at_once]
        answer = await source.github.graphql(
            kind.by_id, documents.load(kind.by_id), {"ids": [node for _, node, _ in part]}, source.meter
        )
        for (ident, _, number), found in zip(part, answer.data["nodes"], strict=True):
            if found is None:
                await _is_gone(source, kind, batch, ident, number)
            else:
                await _add(source, kind, batch, parse(kind.model, found, kind.by_id))


async def _is_gone(source: Source, kind: Kind[Any], batch: Batch, ident: int, number: int) -> None:
    """A thread is gone; an issue may be read elsewhere. GitHub's REST API says so by 301 with the new address, and
    answers 404 or 410 when it was deleted or went where nobody may read it.
    """
    batch.gone.setdefault(kind.table, []).append((ident,))
    if kind is not ISSUES:
        return
    try:
        # By the repository's id: one that was renamed meanwhile is no issue that moved.
        there = await source.github.moved_to(f"/repositories/{source.id}/issues/{number}", source.meter)
    except (NotThere, RequestFailed):
        return
    if there is not None:
        batch.moved.append((there, ident))


async def _page(source: Source, kind: Kind[Thread], after: str | None, order: str) -> Page[Thread]:
    variables = {
        "repository": source.repository.id,
        "after": after,
        "order": {"field": order, "direction": "DESC"},
    }
    answer = await source.github.graphql(
        kind.document, documents.load(kind.document), variables, source.meter, source.pages
    )
    if answer.data.get("node") is None:
        raise NotThere(source.repository.name_with_owner, "not_found")
    answered = answer.data["node"][kind.field]
    return parse(kind.page, answered, kind.document)


async def _add(source: Source, kind: Kind[Thread], batch: Batch, thread: Thread) -> None:
    """A thread with the further pages of all its lists; gone when GitHub says so in the midst of them."""
    for name, document, model in kind.lists:
        page: Page[Any] | None = getattr(thread, name)
        while page is not None and page.next is not None:
            answer = await source.github.graphql(
                document, documents.load(document), {"id": thread.id, "after": page.next}, source.meter
            )
            if answer.data.get("node") is None:
                await _is_gone(source, kind, batch, thread.full_database_id, thread.number)
                return
            more = parse(model, answer.data["node"]["page"], document)
            page = replace(more, nodes=page.nodes + more.nodes)
            thread = replace(thread, **{name: page})
    kind.add(batch, thread, source.id, source.hash_key)


def _live(db: sqlite3.Connection, repository: int, table: str) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE repository = ? AND gone_at IS NULL"
    return int(db.execute(sql, [repository]).fetchone()[0])


def _oldest(db: sqlite3.Connection, repository: int, table: str) -> str | None:
    sql = f"SELECT min(created_at) FROM {table} WHERE repository = ? AND gone_at IS NULL"
    found: str | None = db.execute(sql, [repository]).fetchone()[0]
    return found


def _revived(db: sqlite3.Connection, source: Source, kind: Kind[Any], since: str) -> int:
    """How many threads older than the database's start were stored since then: hidden no more, as they were touched."""
    found = db.execute(
        f"SELECT count(*) FROM {kind.table} WHERE repository = ? AND first_seen_at > ? AND created_at < ?",
        [source.id, since, source.start],
    )
    return int(found.fetchone()[0])


def _between(
    db: sqlite3.Connection, repository: int, table: str, low: str, high: str, listed: set[int]
) -> list[tuple[int, str, int]]:
    """Stored threads created after `low` and not after `high` that are not among the listed."""
    found = db.execute(
        f"SELECT id, node_id, number FROM {table} "
        "WHERE repository = ? AND gone_at IS NULL AND created_at > ? AND created_at <= ?",
        [repository, low, high],
    )
    return [row for row in found if row[0] not in listed]
