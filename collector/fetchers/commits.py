"""The commits of the default branch: exact, whatever their dates say.

Only one rule loses nothing: pin the new head's oid and walk until no parent is unknown. The walk reads the head's
history page by page while most of a page is new; what remains unknown are the tips of branches merged late, and each
of them is asked for directly. Nothing but the database is needed to go on after a crash: the unknown parents are in it.
"""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from collector.fetchers import rows
from collector.fetchers.source import Source
from collector.github import documents
from collector.github import models as m
from collector.github.client import NotThere
from collector.github.models import Page, parse
from collector.github.pages import PageSize
from collector.store.batches import Batch
from collector.store.state import State

# Tips of branches asked for in one question, and commits in all that such a question brings.
TIPS, TIP_COMMITS = 10, 100


def head_of(repository: m.RepositoryState) -> str | None:
    """The oid of the default branch's head; None for an empty repository."""
    branch = repository.default_branch_ref
    return branch.target.oid if branch and branch.target else None


async def fetch(source: Source, state: State) -> AsyncIterator[Batch]:
    """The commits that are new since the head last stored, and which are no longer reachable."""
    head = head_of(source.repository)
    resumed = state.target is not None
    if head == state.watermark and not resumed and state.completed_at:
        return
    if resumed and state.target != head:
        # A walk was cut short and the head has moved on: what it stored stays; the new head's walk meets it.
        yield Batch(state={"target": head, "cursor": None})
    if head is not None:
        async for batch in _history(source, state, head):
            yield batch
        async for batch in _rest(source, state, head):
            yield batch
    gone, back = await source.read(reachability, source.id, state.watermark, head, resumed)
    batch = Batch(
        state={"watermark": head, "fingerprint": head, "target": None, "cursor": None, "completed_at": source.now}
    )
    batch.gone["commits"] = [(source.id, oid) for oid in gone]
    batch.back = [(source.id, oid) for oid in back]
    if state.watermark in gone:
        batch.rewritten = (state.watermark, head)
    yield batch


async def fetch_rewritten(source: Source, before: list[str]) -> AsyncIterator[Batch]:
    """The commits that force pushes dropped, read by the old heads' oids; they are stored as gone."""
    for at in range(0, len(before), TIPS):
        part = before[at : at + TIPS]
        yield (await _take(source, part, await _ask(source, part), gone=True)).batch
    async for batch in _rest(source, None):
        yield batch


async def _history(source: Source, state: State, head: str) -> AsyncIterator[Batch]:
    """Pages of the head's history while at least half of a page is new and not older than the start."""
    if state.cursor is None:
        known = await source.read(stored, source.id, [head])
        if known:
            return
    while True:
        yield await _history_batch(source, state.cursor, head)
        if state.cursor is None:
            return


async def _history_batch(source: Source, cursor: str | None, head: str) -> Batch:
    answer = await source.github.graphql(
        "CommitHistory",
        documents.load("CommitHistory"),
        {"repository": source.repository.id, "oid": head, "after": cursor},
        source.meter,
        source.pages,
    )
    page = _history_page(source, answer.data, "CommitHistory")
    known = await source.read(stored, source.id, [c.oid for c in page.nodes])
    batch = Batch()
    new = [c for c in page.nodes if c.oid not in known and c.committed_date >= source.start]
    for commit in new:
        rows.commit(batch, await _with_parents(source, commit), source.id, _branch(source))
    batch.state = {"target": head, "cursor": page.next if len(new) * 2 >= len(page.nodes) else None}
    return batch


async def _rest(source: Source, state: State | None, head: str | None = None) -> AsyncIterator[Batch]:
    """Ask for what is unknown until nothing is. Without a `state` for what force pushes dropped."""
    landed: set[str] | None = None
    while True:
        oids = await source.read(unknown, source.id, TIPS, head)
        if not oids:
            return
        answer = await _ask(source, oids)
        taken = await _take(source, oids, answer, gone=state is None, landed=landed)
        if taken.undecided and landed is None and state is not None and state.completed_at is not None:
            # Older than the start, yet perhaps landed only now: GitHub says what the new head has beyond the old one.
            landed = await _beyond(source, state.watermark)
            taken = await _take(source, oids, answer, gone=False, landed=landed)
        yield taken.batch


async def _ask(source: Source, oids: list[str]) -> dict[str, Any]:
    """The first commits of the histories of `oids`, in one question."""
    variables: dict[str, Any] = {f"oid{i}": oid for i, oid in enumerate(oids)}
    variables |= {"repository": source.repository.id, "since": source.start}
    wanted = max(10, min(source.pages.size, TIP_COMMITS // len(oids)))
    size = PageSize("commits", wanted)
    text = documents.commit_histories(len(oids), younger=True)
    answer = await source.github.graphql("CommitHistories", text, variables, source.meter, size)
    if size.size < wanted:
        source.pages.size = max(1, source.pages.size * size.size // wanted)
    found: dict[str, Any] | None = answer.data.get("node")
    if found is None:
        raise NotThere(source.repository.name_with_owner, "not_found")
    return found


@dataclass
class _Taken:
    """What an answer about tips comes to. Undecided: something older than the start may have landed only now."""

    batch: Batch
    undecided: bool = False


async def _take(
    source: Source, oids: list[str], answer: dict[str, Any], gone: bool, landed: set[str] | None = None
) -> _Taken:
    """The commits at and behind `oids` that are to be stored: those of which any ancestor is not older than the start.

    Those alone hold the graph together: a single backdated commit must not hide what is behind it. What is `landed`
    is stored however old it is.
    """
    taken, done = _Taken(Batch()), set()
    for i, oid in enumerate(oids):
        found = answer[f"c{i}"]
        if found is None or found["__typename"] != "Commit":
            _bound(taken.batch, source, oid, None)
            continue
        page = parse(Page[m.Commit], found["history"], "CommitHistories")
        counted = parse(m.Count, found["younger"], "CommitHistories").total_count
        younger = counted > 0 or any(c.committed_date >= source.start for c in page.nodes)
        known = await source.read(stored, source.id, [c.oid for c in page.nodes])
        # Only what hangs together with the tip: a history also lists what the other parents brought.
        wanted, bridges = {oid}, {oid} if younger else set()
        for commit in page.nodes:
            if commit.oid not in wanted or commit.oid in known or commit.oid in done:
                continue
            commit = await _with_parents(source, commit)
            parents = [p.oid for p in commit.parents.nodes]
            if commit.committed_date < source.start and not (landed and commit.oid in landed):
                if commit.oid == oid and not younger:
                    taken.undecided = True
                    _bound(taken.batch, source, oid, commit.committed_date)
                if commit.oid not in bridges:
                    continue  # unless it is the tip, it is asked about as one
                if len(parents) == 1:
                    bridges.add(parents[0])
            done.add(commit.oid)
            wanted.update(parents)
            rows.commit(taken.batch, commit, source.id, _branch(source), source.now if gone else None)
    return taken


def _bound(batch: Batch, source: Source, oid: str, committed_at: str | None) -> None:
    """Go no further than this commit."""
    batch.plain.setdefault("history_boundaries", []).append((source.id, oid, committed_at))


async def _beyond(source: Source, old_head: str | None) -> set[str]:
    """The oids that the new head has and the old one has not, by GitHub's own comparison."""
    head, params = head_of(source.repository), {"per_page": "100"}
    found: set[str] = set()
    following: str | None = f"/repos/{source.repository.name_with_owner}/compare/{old_head}...{head}"
    while following and old_head:
        try:
            answer, following = await source.github.rest(following, params, source.meter)
        except NotThere:
            return found
        found.update(c.sha for c in parse(m.Comparison, answer, "the comparison of two commits").commits)
        params = {}
    return found


async def _with_parents(source: Source, commit: m.Commit) -> m.Commit:
    """A commit with all its parents: GitHub was asked for ten, and an octopus may have more."""
    if commit.parents.total_count <= len(commit.parents.nodes):
        return commit
    variables = {"repository": source.repository.id, "oid": commit.oid}
    answer = await source.github.graphql("Parents", documents.load("Parents"), variables, source.meter)
    if answer.data.get("node") is None or answer.data["node"].get("object") is None:
        raise NotThere(f"{source.repository.name_with_owner}@{commit.oid}", "not_found")
    found = parse(Page[m.Oid], answer.data["node"]["object"]["parents"], "Parents")
    return replace(commit, parents=found)


def _history_page(source: Source, data: Any, what: str) -> Page[m.Commit]:
    if data.get("node") is None or data["node"].get("object") is None:
        raise NotThere(source.repository.name_with_owner, "not_found")
    return parse(Page[m.Commit], data["node"]["object"]["history"], what)


def _branch(source: Source) -> str:
    branch = source.repository.default_branch_ref
    return branch.name if branch else ""


def stored(db: sqlite3.Connection, repository: int, oids: list[str]) -> set[str]:
    """Which of these commits are stored, or known to be beyond the start."""
    marks = ", ".join("?" * len(oids))
    found = db.execute(
        f"SELECT oid FROM commits WHERE repository = ? AND oid IN ({marks}) "
        f"UNION SELECT oid FROM history_boundaries WHERE repository = ? AND oid IN ({marks})",
        [repository, *oids, repository, *oids],
    )
    return {row[0] for row in found}


def unknown(db: sqlite3.Connection, repository: int, limit: int, head: str | None = None) -> list[str]:
    """The head, and parents of stored commits, that are neither stored nor beyond the start."""
    found = db.execute(
        "SELECT DISTINCT parent FROM (SELECT parent FROM commit_parents WHERE repository = ?1 UNION ALL SELECT ?3) "
        "WHERE parent IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = ?1 AND c.oid = parent) "
        "AND NOT EXISTS (SELECT 1 FROM history_boundaries AS b WHERE b.repository = ?1 AND b.oid = parent) LIMIT ?2",
        [repository, limit, head],
    )
    return [row[0] for row in found]


_REACHABLE = """
    WITH RECURSIVE reachable (oid) AS (
        SELECT ?2
        UNION
        SELECT cp.parent FROM commit_parents AS cp JOIN reachable AS r ON cp.oid = r.oid WHERE cp.repository = ?1
    )
"""


def reachability(
    db: sqlite3.Connection, repository: int, old_head: str | None, head: str | None, resumed: bool
) -> tuple[list[str], list[str]]:
    """(stored commits that the head no longer reaches, commits marked gone that it reaches again).

    An old head is an ancestor of the new one only if the walk met it as a parent. Then nothing was dropped, unless the
    walk was `resumed`: what an earlier part of it stored may belong to a head that is no more. Without an old head
    nothing is known of what is stored.
    """
    if head == old_head and not resumed:
        return [], []
    if head is None:
        live = db.execute("SELECT oid FROM commits WHERE repository = ? AND gone_at IS NULL", [repository])
        return [row[0] for row in live], []
    any_gone = db.execute(
        "SELECT 1 FROM commits WHERE repository = ? AND gone_at IS NOT NULL LIMIT 1", [repository]
    ).fetchone()
    met = (
        old_head is not None
        and db.execute(
            "SELECT 1 FROM commit_parents AS cp JOIN commits AS c ON c.repository = cp.repository AND c.oid = cp.oid "
            "WHERE cp.repository = ? AND cp.parent = ? AND c.gone_at IS NULL LIMIT 1",
            [repository, old_head],
        ).fetchone()
    )
    if met and not any_gone and not resumed:
        return [], []
    gone = db.execute(
        _REACHABLE + "SELECT oid FROM commits WHERE repository = ?1 AND gone_at IS NULL "
        "AND oid NOT IN (SELECT oid FROM reachable)",
        [repository, head],
    ).fetchall()
    back = db.execute(
        _REACHABLE + "SELECT oid FROM commits WHERE repository = ?1 AND gone_at IS NOT NULL "
        "AND oid IN (SELECT oid FROM reachable)",
        [repository, head],
    ).fetchall()
    return [row[0] for row in gone], [row[0] for row in back]
