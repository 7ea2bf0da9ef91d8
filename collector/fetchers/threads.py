"""Issues and pull requests, each with all its comments, reviews, files and events.

News are read newest update first, down to the watermark; a walk that was cut short goes on from its cursor, and what
changed meanwhile is newer than where it began, so the next walk finds it. What is gone, or changed without a new
updatedAt, is found by re-reading the whole list in the order of creation, a part each night (`sweep`).
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from collector import clock
from collector.fetchers import rows
from collector.fetchers.source import Source
from collector.github import documents
from collector.github import models as m
from collector.github.client import NotThere
from collector.github.models import Page, parse
from collector.store.batches import Batch
from collector.store.state import State

# GitHub's answers may lag behind its own clock: what was updated shortly before the watermark is read again.
OVERLAP = timedelta(hours=1)
# A full re-reading takes this many nights, so that no list is left unread for longer than a week.
SWEEP_NIGHTS = 6
NEXT_PART = timedelta(hours=20)

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


async def fetch(source: Source, state: State, kind: Kind[Thread], github_time: str | None) -> AsyncIterator[Batch]:
    """All news of one list, then tonight's part of its re-reading.

    `github_time`: the newest time of GitHub's own that was seen; yields nothing when there is nothing to do.
    """
    seen = glance(source, kind)
    first_sync = state.completed_at is None
    part_is_due = not first_sync and _part_is_due(source, state, github_time)
    if first_sync or state.cursor or state.fingerprint != fingerprint(seen):
        while True:
            resumed = state.cursor is not None
            async for batch in _news(source, state, kind, seen):
                yield batch
            if not resumed:
                break
        unknown = await source.read(_unknown, source, state, kind, seen.total_count)
        hidden = seen.total_count - await source.read(_live, source.id, kind.table)
        if first_sync or state.hidden is None:
            yield Batch(state={"hidden": hidden, "sweep_at": source.now})
        elif unknown > 0:
            # More is listed than the news explain: something appeared with an old updatedAt. Read all, now.
            yield Batch(state={"sweep_cursor": None, "sweep_edge": None})
            async for batch in _sweep(source, state, kind, None):
                yield batch
    if part_is_due:
        parts = -(-seen.total_count // (source.pages.size * SWEEP_NIGHTS))
        if seen.total_count or await source.read(_live, source.id, kind.table):
            async for batch in _sweep(source, state, kind, max(1, parts)):
                yield batch


async def _news(source: Source, state: State, kind: Kind[Thread], seen: Page[m.Touched]) -> AsyncIterator[Batch]:
    """The list from the newest update down to the watermark."""
    floor = source.start
    if state.watermark:
        floor = max(floor, clock.to_text(clock.from_text(state.watermark) - OVERLAP))
    if not seen.total_count:
        yield Batch(state=_complete(source, fingerprint(seen), state.watermark))
        return
    while True:
        page = await _page(source, kind, state.cursor, "UPDATED_AT")
        batch = Batch()
        for thread in page.nodes:
            if thread.updated_at >= floor:
                kind.add(batch, await _completed(source, thread, kind), source.id, source.hash_key)
        target = state.target or (page.nodes[0].updated_at if page.nodes else state.watermark)
        if page.next is None or page.nodes[-1].updated_at < floor:
            batch.state = _complete(source, fingerprint(seen), target)
            yield batch
            return
        batch.state = {"target": target, "cursor": page.next}
        yield batch


def _complete(source: Source, mark: str, watermark: str | None) -> dict[str, Any]:
    return {
        "fingerprint": mark,
        "watermark": watermark or source.start,
        "target": None,
        "cursor": None,
        "completed_at": source.now,
    }


async def _sweep(source: Source, state: State, kind: Kind[Thread], parts: int | None) -> AsyncIterator[Batch]:
    """Re-read the list newest creation first: `parts` pages of it, or all. Rows that are missing are asked for."""
    oldest = await source.read(_oldest, source.id, kind.table)
    done = 0
    while parts is None or done < parts:
        page = await _page(source, kind, state.sweep_cursor, "CREATED_AT")
        edge: dict[str, Any] = json.loads(state.sweep_edge or '{"time": "9999", "ids": []}')
        last = page.nodes[-1].created_at if page.nodes else ""
        ended = page.next is None or (oldest is not None and last < oldest)
        batch = Batch()
        for thread in page.nodes:
            if thread.updated_at >= source.start:
                kind.add(batch, await _completed(source, thread, kind), source.id, source.hash_key)
        listed = {t.full_database_id for t in page.nodes} | set(edge["ids"])
        low: str = "" if ended else last
        suspects = await source.read(_between, source.id, kind.table, low, edge["time"], listed)
        await _ask_for(source, kind, suspects, batch)
        if ended:
            batch.state = {"sweep_cursor": None, "sweep_edge": None, "sweep_at": source.now}
            yield batch
            hidden = page.total_count - await source.read(_live, source.id, kind.table)
            yield Batch(state={"hidden": hidden})
            return
        at_edge = [t.full_database_id for t in page.nodes if t.created_at == last]
        batch.state = {
            "sweep_cursor": page.next,
            "sweep_edge": json.dumps({"time": last, "ids": at_edge}),
            "sweep_at": source.now,
        }
        yield batch
        done += 1


async def _ask_for(source: Source, kind: Kind[Thread], suspects: list[tuple[int, str, int]], batch: Batch) -> None:
    """Ask for threads that a list lacks by their ids: they are gone only when GitHub says so."""
    for at in range(0, len(suspects), 50):
        part = suspects[at : at + 50]
        answer = await source.github.graphql(
            kind.by_id, documents.load(kind.by_id), {"ids": [node for _, node, _ in part]}, source.meter
        )
        for (ident, _, _), found in zip(part, answer.data["nodes"], strict=True):
            if found is None:
                batch.gone.setdefault(kind.table, []).append((ident,))
            else:
                thread = parse(kind.model, found, kind.by_id)
                kind.add(batch, await _completed(source, thread, kind), source.id, source.hash_key)


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


async def _completed(source: Source, thread: Thread, kind: Kind[Thread]) -> Thread:
    """A thread with the further pages of all its lists."""
    for name, document, model in kind.lists:
        page: Page[Any] | None = getattr(thread, name)
        while page is not None and page.next is not None:
            answer = await source.github.graphql(
                document, documents.load(document), {"id": thread.id, "after": page.next}, source.meter
            )
            if answer.data.get("node") is None:
                raise NotThere(f"{source.repository.name_with_owner}#{thread.number}", "not_found")
            more = parse(model, answer.data["node"]["page"], document)
            page = more.model_copy(update={"nodes": page.nodes + more.nodes})
            thread = thread.model_copy(update={name: page})
    return thread


def _part_is_due(source: Source, state: State, github_time: str | None) -> bool:
    """Whether the next part of the re-reading is due: once a night, by our clock or by GitHub's."""
    if state.sweep_at is None:
        return True
    last = clock.from_text(state.sweep_at)
    if clock.from_text(source.now) - last >= NEXT_PART:
        return True
    witnessed = state.witnessed_at
    if github_time is None or witnessed is None:
        return False
    return clock.from_text(github_time) - clock.from_text(witnessed) >= NEXT_PART


def _live(db: sqlite3.Connection, repository: int, table: str) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE repository = ? AND gone_at IS NULL"
    return int(db.execute(sql, [repository]).fetchone()[0])


def _oldest(db: sqlite3.Connection, repository: int, table: str) -> str | None:
    sql = f"SELECT min(created_at) FROM {table} WHERE repository = ? AND gone_at IS NULL"
    found: str | None = db.execute(sql, [repository]).fetchone()[0]
    return found


def _unknown(db: sqlite3.Connection, source: Source, state: State, kind: Kind[Any], total: int) -> int:
    """How many threads are listed beyond those stored and those known to be older than the database's start."""
    revived = db.execute(
        f"SELECT count(*) FROM {kind.table} WHERE repository = ? AND first_seen_at = ? AND created_at < ?",
        [source.id, source.now, source.start],
    ).fetchone()[0]
    return total - _live(db, source.id, kind.table) - ((state.hidden or 0) - int(revived))


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
