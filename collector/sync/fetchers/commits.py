"""Fetch the commits of the default branch, completely and independently of their dates, which clients set.

Pin the new head's oid and walk the graph until every parent is known. The walk reads the head's history page by page
while most of a page is new. Unknown parents that remain are the tips of branches merged late, and are fetched directly.
A later run can resume from the database alone, because the unknown parents are in it.

After a reset (`--full`) the walk also reads the known commits again. What git has of a commit cannot change under its
oid, but its author's account, its signature and its pull request can, and GitHub may have served something wrong.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from collector.github import commit_models, partial_responses, queries
from collector.github import models as m
from collector.github.client import NotThere, TooHeavy, require
from collector.github.models import OddAnswer, Page, parse
from collector.github.page_size import PageSize
from collector.github.responses import FieldError
from collector.github.rest_models import Comparison
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers import commit_graph, one_commit, rows
from collector.sync.fetchers.one_commit import CommitReading
from collector.sync.fetchers.pagination import FIRST_PAGE, Incomplete, Walk, linked_page, steady
from collector.sync.fetchers.source import Source

# Commits that one batched query for tips returns in total: more would cost a second point (github/price.py).
TIP_COMMITS = 60
# Commits fetched one by one in a run because no list serves them: each costs some timeouts.
ALONE = 20


def head_of(repository: m.RepositoryState) -> str | None:
    """Return the oid of the default branch's head; None for an empty repository."""
    branch = repository.default_branch_ref
    return branch.target.oid if branch and branch.target else None


async def fetch(source: Source, state: State) -> AsyncIterator[Batch]:
    """Fetch the commits that are new since the stored head, and mark those that are no longer reachable as gone.

    Raises Incomplete when GitHub does not serve a commit's parents, or when the head moved during the walk and many
    commits would count as dropped: then nothing is marked gone, and the watermark is kept.
    """
    head = head_of(source.repository)
    resumed = state.target is not None
    if head == state.watermark and not resumed and state.completed_at:
        return
    if resumed and state.target != head:
        # The interrupted walk was of an older head: keep what it stored; the walk of the new head will meet it.
        yield Batch(state={"target": head, "cursor": None})
    if head is not None:
        async for batch in _history(source, state, head):
            yield batch
        async for batch in _fetch_unknown(source, state, head):
            yield batch
    gone, back = await source.read(commit_graph.reachability, source.id, state.watermark, head, resumed)
    is_doubted = bool(gone) if head is None else await source.read(commit_graph.drops_many, source.id, len(gone))
    if is_doubted:
        await _verify_head(source, head, len(gone))
    batch = Batch(
        state={"watermark": head, "fingerprint": head, "target": None, "cursor": None, "completed_at": source.now}
    )
    batch.gone["commits"] = [(source.id, oid) for oid in gone]
    batch.reachable_again = [(source.id, oid) for oid in back]
    if state.watermark in gone:
        batch.rewritten = (state.watermark, head)
    yield batch


async def fetch_rewritten(source: Source, before: list[str]) -> AsyncIterator[Batch]:
    """Fetch commits that force pushes removed, by the oids of the old heads, and store them as gone.

    GitHub serves them although no branch has them:
    https://docs.github.com/en/pull-requests/committing-changes-to-your-project/troubleshooting-commits/commit-exists-on-github-but-not-in-my-local-clone
    """
    unserved: list[str] = []
    for at in range(0, len(before), commit_graph.TIPS):
        tips = await _ask(source, before[at : at + commit_graph.TIPS])
        unserved += [tip.oid for tip in tips if tip.unserved]
        yield (await _select(source, tips, gone=True)).batch
    async for batch in _fetch_unknown(source, None):
        yield batch
    _require_served(source, unserved)


async def _verify_head(source: Source, head: str | None, dropped: int) -> None:
    """Query the default branch again before a large part of its commits is marked gone.

    Raises Incomplete when its head is no longer `head`.
    """
    name = source.repository.name_with_owner
    variables = {"repository": source.repository.id}
    answer = await source.github.graphql("DefaultBranch", queries.load("DefaultBranch"), variables, source.meter)
    found = require(answer, "node", name)["defaultBranchRef"]
    branch = parse(m.Branch, found, "DefaultBranch") if found else None
    if (branch.target.oid if branch and branch.target else None) != head:
        raise Incomplete(
            f"The default branch of {name} moved while it was read, and {dropped:,} commits would count as dropped.",
            "None was marked; the next run checks again.",
        )


async def _history(source: Source, state: State, head: str) -> AsyncIterator[Batch]:
    """Read pages of the head's history while at least half of a page is new and not older than the start.

    After a reset, read on while a page has anything that is to be stored or compared.

    A page that GitHub cannot serve at any size, or that contradicts earlier ones, ends the walk: commits behind it are
    fetched by oid (`_fetch_unknown`).
    """
    again = state.completed_at is None and state.first_complete_at is not None
    if state.cursor is None and not again:
        known = await source.read(commit_graph.stored, source.id, [head])
        if known:
            return
    walk = Walk()
    while True:
        size = source.pages.size
        try:
            yield await _history_batch(source, walk, state.cursor, head, again)
        except (TooHeavy, Incomplete):
            source.pages.restore(size)
            yield Batch(state={"target": head, "cursor": None})
        if state.cursor is None:
            return


async def _history_batch(source: Source, walk: Walk, cursor: str | None, head: str, again: bool) -> Batch:
    """Return a page of the history: what is new on it, or with `again` also the commits that are stored."""
    name = source.repository.name_with_owner

    async def ask() -> Page[CommitReading]:
        variables = {"repository": source.repository.id, "oid": head, "after": cursor}
        text = queries.load("CommitHistory")
        answer = await source.github.graphql("CommitHistory", text, variables, source.meter, source.pages, partial=True)
        raw = require(answer, "node.object", name)["history"]
        page = parse(Page[Any], raw, "CommitHistory")
        page.nodes = await _readings(
            source, page.nodes, partial_responses.below(answer.field_errors, ("node", "object", "history"))
        )
        return page

    page = await steady(walk, ask, cursor, lambda one: one.commit.oid, f"commits of {name}")
    known = await source.read(commit_graph.stored, source.id, [one.commit.oid for one in page.nodes])
    batch = Batch()
    found = [one for one in page.nodes if one.commit.oid not in known and not _is_old(source, one.commit)]
    if again:
        stored = await source.read(commit_graph.with_rows, source.id, [one.commit.oid for one in page.nodes])
        found += [one for one in page.nodes if one.commit.oid in stored]
    for one in found:
        await _add(batch, source, one)
    # Where fewer are new, fetching the rest by oid costs less than reading on.
    goes_on = bool(found) if again else len(found) * 2 >= len(page.nodes)
    batch.state = {"target": head, "cursor": page.next if goes_on else None}
    return batch


async def _readings(source: Source, nodes: Iterable[Any], field_errors: list[FieldError]) -> list[CommitReading]:
    """Return the usable commits of a page. Others are fetched later, as unknown parents of their children."""
    out = []
    for i, raw in enumerate(nodes):
        try:
            of_one = partial_responses.below(field_errors, ("nodes", i))
            one = await one_commit.of_raw(source, raw, of_one) if isinstance(raw, dict) else None
        except OddAnswer:
            one = None
        if one:
            out.append(one)
    return out


async def _add(batch: Batch, source: Source, one: CommitReading, gone_at: str | None = None) -> None:
    number = await one_commit.pull_request(source, one)
    rows.commit(batch, one.commit, source.id, number, gone_at)
    one_commit.note(batch, source, one.commit.oid, one.troubles)


async def _fetch_unknown(source: Source, state: State | None, head: str | None = None) -> AsyncIterator[Batch]:
    """Fetch unknown parents until there are none. Without a `state`, they belong to commits that are gone.

    Raises Incomplete at the end when GitHub does not serve some of the commits at all.
    """
    landed: set[str] | None = None
    alone = 0
    noted = await source.read(commit_graph.noted_as_unserved, source.id)
    unserved = {oid for oid, ask_again_at in noted.items() if ask_again_at > source.now}
    while True:
        oids = await source.read(commit_graph.unknown, source.id, commit_graph.TIPS, head, unserved)
        if not oids:
            break
        tips = [await _verified(source, tip, head) for tip in await _ask(source, oids)]
        alone += sum(tip.alone for tip in tips)
        selection = await _select(source, tips, gone=state is None, landed=landed)
        if selection.undecided and landed is None and state is not None and state.completed_at is not None:
            # Commits older than the start may have landed only now: ask GitHub what the new head adds to the old one.
            landed = await _ahead_of(source, state.watermark)
            selection = await _select(source, tips, gone=False, landed=landed)
        unserved |= {tip.oid for tip in tips if tip.unserved}
        served = [tip.oid for tip in tips if tip.oid in noted and not tip.unserved]
        selection.batch.readable += [(one_commit.KIND, oid) for oid in served]
        yield selection.batch
        if alone > ALONE:
            raise Incomplete(
                f"GitHub serves {alone:,} commits of {source.repository.name_with_owner} only one by one.",
                "What was read is stored; the next run resumes from here.",
            )
    if unserved:  # else the loop has just seen that none is unknown
        _require_served(source, await source.read(commit_graph.unknown, source.id, commit_graph.TIPS, head))


def _require_served(source: Source, unserved: list[str]) -> None:
    """Raise Incomplete when there are commits whose history cannot be followed."""
    if unserved:
        raise Incomplete(
            f"GitHub does not serve commits of {source.repository.name_with_owner}, such as {min(unserved)}, "
            "so their ancestors cannot be read.",
            "What was read is stored; the next run retries.",
        )


@dataclass
class _Tip:
    """A commit and the first of its ancestors, as GitHub returned them.

    `commits` is empty when GitHub does not have the commit (any more), or cannot serve it, for the reason `unserved`.
    `younger`: some ancestor may not be older than the start. `alone`: no list serves the commit, only a query by oid.
    """

    oid: str
    commits: list[CommitReading] = field(default_factory=list)
    younger: bool = True
    unserved: str = ""
    alone: bool = False


async def _ask(source: Source, oids: list[str]) -> list[_Tip]:
    """Fetch the first commits of the histories of `oids`: in one query, or one by one when that is too heavy."""
    variables: dict[str, Any] = {f"oid{i}": oid for i, oid in enumerate(oids)}
    variables |= {"repository": source.repository.id, "since": source.start}
    several, wanted = len(oids) > 1, max(1, min(source.pages.size, TIP_COMMITS) // len(oids))
    size = PageSize("commits", wanted)
    text = queries.commit_histories(len(oids))
    try:
        answer = await source.github.graphql(
            "CommitHistories", text, variables, source.meter, size, can_split=several, partial=True
        )
    except TooHeavy:
        if not several:
            return [await _by_oid(source, oids[0])]
        return [tip for oid in oids for tip in await _ask(source, [oid])]
    # GitHub served less of each history than it was asked for: pages of one history shrink in proportion.
    if size.size < wanted:
        source.pages.size = max(1, source.pages.size * size.size // wanted)
    else:
        source.pages.worked()
    found = require(answer, "node", source.repository.name_with_owner)
    return [
        await _tip(source, oid, found[f"c{i}"], partial_responses.below(answer.field_errors, ("node", f"c{i}")))
        for i, oid in enumerate(oids)
    ]


async def _tip(source: Source, oid: str, raw: dict[str, Any] | None, field_errors: list[FieldError]) -> _Tip:
    """Interpret one of the histories in a response."""
    if raw is None or raw["__typename"] != "Commit":
        return _Tip(oid)
    if raw["history"] is None or raw["younger"] is None:  # not served, with an error
        return await _by_oid(source, oid)
    commits = await _readings(source, raw["history"]["nodes"], partial_responses.below(field_errors, ("history",)))
    if not any(one.commit.oid == oid for one in commits):
        return await _by_oid(source, oid)
    counted = parse(m.Count, raw["younger"], "CommitHistories").total_count
    return _Tip(oid, commits, counted > 0 or any(not _is_old(source, one.commit) for one in commits))


async def _by_oid(source: Source, oid: str) -> _Tip:
    """Fetch a commit by its oid, after lists failed to serve it."""
    try:
        one = await one_commit.read(source, oid)
    except one_commit.Unserved as error:
        return _Tip(oid, unserved=str(error), alone=True)
    return _Tip(oid, [one] if one else [], alone=True)


async def _verified(source: Source, tip: _Tip, head: str | None) -> _Tip:
    """Return a tip; fetch it over REST if GraphQL denies having it although a stored commit has it as parent.

    If REST denies it too, the commit is gone, unless it is an ancestor of the head. Any other failure says nothing.
    """
    if tip.commits or tip.unserved or head is None:
        return tip
    if tip.oid != head and not await source.read(commit_graph.is_parent, source.id, tip.oid):
        return tip
    try:
        return _Tip(tip.oid, [await one_commit.over_rest(source, tip.oid, "GitHub says that there is no such commit")])
    except one_commit.NoSuchCommit as error:
        is_ancestor = await source.read(commit_graph.reaches, source.id, head, tip.oid)
        return _Tip(tip.oid, unserved=str(error)) if is_ancestor else tip
    except one_commit.Unserved as error:
        return _Tip(tip.oid, unserved=str(error))


@dataclass
class _Selection:
    """The batch made of some tips. `undecided`: a commit older than the start may have landed only now."""

    batch: Batch
    undecided: bool = False


async def _select(source: Source, tips: list[_Tip], gone: bool, landed: set[str] | None = None) -> _Selection:
    """Return a batch of the commits to store: those with an ancestor that is not older than the start.

    This keeps the graph connected: a single back-dated commit must not cut off its ancestors. Commits in `landed` are
    stored whatever their date.
    """
    selection, done = _Selection(Batch()), set[str]()
    for tip in tips:
        if tip.unserved:
            one_commit.note(selection.batch, source, tip.oid, {"": tip.unserved})
        elif not tip.commits:
            _add_boundary(selection.batch, source, tip.oid, None)
        known = await source.read(commit_graph.stored, source.id, [one.commit.oid for one in tip.commits])
        # Only commits connected to the tip: a history also lists those of other merge parents.
        wanted, bridges = {tip.oid}, {tip.oid} if tip.younger else set()
        for one in tip.commits:
            oid, parents = one.commit.oid, one.parents
            if oid not in wanted or oid in known or oid in done:
                continue
            if _is_old(source, one.commit) and not (landed and oid in landed):
                if oid == tip.oid and not tip.younger:
                    selection.undecided = True
                    _add_boundary(selection.batch, source, oid, one.commit.committed_date)
                if oid not in bridges:
                    continue  # it is fetched as a tip of its own
                if len(parents) == 1:
                    bridges.add(parents[0])
            done.add(oid)
            wanted.update(parents)
            await _add(selection.batch, source, one, source.now if gone else None)
    return selection


def _is_old(source: Source, commit: commit_models.Commit) -> bool:
    """Return whether a commit claims to be older than the database's start."""
    return commit.committed_date is not None and commit.committed_date < source.start


def _add_boundary(batch: Batch, source: Source, oid: str, committed_at: str | None) -> None:
    """Record a commit as the boundary of the stored history: its ancestors are not fetched."""
    batch.immutable.setdefault("history_boundaries", []).append((source.id, oid, committed_at))


async def _ahead_of(source: Source, old_head: str | None) -> set[str]:
    """Return the oids that the new head has and the old one has not, by GitHub's comparison of both.

    Raises Incomplete when the comparison contradicts itself. https://docs.github.com/en/rest/commits/commits#compare-two-commits
    """
    what = f"commits of {source.repository.name_with_owner} beyond {old_head}"
    first = f"/repos/{source.repository.name_with_owner}/compare/{old_head}...{head_of(source.repository)}"
    walk, found, cursor = Walk(), set[str](), None
    total: int | None = None

    async def ask() -> Page[str]:
        nonlocal total
        answer, following = await source.github.rest(cursor or first, {} if cursor else FIRST_PAGE, source.meter)
        shown = parse(Comparison, answer, "the comparison of two commits")
        total = shown.total_commits
        return linked_page([commit.sha for commit in shown.commits], following, source.id)

    while old_head:
        try:
            page = await steady(walk, ask, cursor, str, what)
        except NotThere:
            return found
        found.update(page.nodes)
        cursor = page.next
        if cursor is None:
            break
    if total is not None and len(found) < total:
        raise Incomplete(f"GitHub lists {len(found):,} of {total:,} {what}.", "The next run retries.")
    return found
