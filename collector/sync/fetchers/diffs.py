"""The diffs of merged pull requests: files, and the own commits of what was squashed or rebased.

GitHub computes a diff for each of them, which is what makes questions about pull requests heavy
(getsentry/sentry#122671, googleapis/release-please#1591), so they are asked for by id, once for each state of head,
base and merge commit. Sizes are the sums of the files; they are asked for only where GitHub does not list all files,
since it computes them apart (atlassian/github-for-jira#82). The database alone tells what to ask: whatever ends a run,
the next one finds what is missing.
"""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from collector.github import narrowing, queries
from collector.github import thread_models as m
from collector.github.client import NotThere, RequestFailed, TooHeavy
from collector.github.models import OddAnswer, Page, parse
from collector.github.responses import Good, Hole
from collector.store.batch import Batch
from collector.sync.fetchers import served, thread_rows
from collector.sync.fetchers.inner_lists import complete
from collector.sync.fetchers.served import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_batches import Batches, noted, soon
from collector.sync.fetchers.thread_kinds import InnerList

DOCUMENT, FRAGMENT = "PullRequestDiffs", "PullRequestDiff"
# The parts of a diff, as they are noted when GitHub does not serve them.
SIZES = ("additions", "deletions", "changedFiles")
PARTS = (*SIZES, "files", "commits")
FILES = InnerList("files", "files", "MoreFiles", m.ChangedFile, lambda file: file.path)
# Their count is that of the commits that there were, also where GitHub does not list all of them any more.
COMMITS = InnerList("commits", "commits", "MoreCommits", m.PullRequestCommit, lambda c: c.commit.oid, counted=False)
# GitHub lists no more files: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
MOST_FILES = 3_000
# The first page of a list that is too heavy is asked for in these sizes.
FEW = (20, 5)

Diff = Reading[m.PullRequestDiff]


@dataclass(frozen=True)
class Pending:
    """A pull request whose diff is to be read, and the state of it that the diff will be of."""

    id: int
    node: str
    number: int
    state: str


@dataclass
class _Served:
    """What came of one diff. `failed`: GitHub answers for it neither with values nor with a reason."""

    node: dict[str, Any]
    holes: list[Hole] = field(default_factory=list)
    failed: bool = False

    def take(self, node: dict[str, Any], holes: Sequence[Hole]) -> None:
        """Add what was served."""
        self.node |= node
        self.holes += holes
        try:
            if node.get("mergeCommit") is not None:
                parse(m.MergeCommit, node["mergeCommit"], DOCUMENT)
        except OddAnswer as error:
            self.node["mergeCommit"] = None
            self.lacks(("mergeCommit",), error.message)

    def lacks(self, parts: Sequence[str], why: str) -> None:
        """Note that parts of it are not served."""
        self.holes += [Hole((part,), "", why, (part,)) for part in parts]

    @property
    def is_copy(self) -> bool:
        """Whether its own commits landed under other oids."""
        commit = self.node.get("mergeCommit")
        return commit is not None and parse(m.MergeCommit, commit, DOCUMENT).is_copy

    @property
    def is_short(self) -> bool:
        """Whether fewer own commits are listed than there are."""
        page = self._page("commits")
        return page is not None and page.next is None and len(page.nodes) < page.total_count

    @property
    def needs_sizes(self) -> bool:
        """Whether its files do not tell its sizes: GitHub lists none of them, or may not list all."""
        page = self._page("files")
        return page is None or not 0 < page.total_count < MOST_FILES

    def _page(self, part: str) -> Page[Any] | None:
        """A list of it as it was served; None when it was not, or is no list."""
        try:
            return parse(Page[Any], self.node.get(part), DOCUMENT)
        except OddAnswer:
            return None

    def reading(self) -> Diff:
        """It as far as it was served. Without its merge commit it is not known whether own commits are to be read."""
        holes = [replace(hole, path=("commits",)) if hole.path[0] == "mergeCommit" else hole for hole in self.holes]
        with_commits = "commits" in self.node or any(hole.path[0] == "commits" for hole in holes)
        return served.reading(m.PullRequestDiff, (FILES, COMMITS) if with_commits else (FILES,), self.node, holes)


async def fetch(source: Source, batches: Batches[Any]) -> AsyncIterator[Batch]:
    """Read the diffs that are not read yet. What GitHub does not serve of them is noted, and asked for again later."""
    known = await source.read(noted, source.id, batches.kind.name)
    todo = await source.read(_pending, source.id, soon(source))
    sizes = source.github.pages("diffs")
    healthy = sizes.size
    while todo:
        part = todo[: sizes.size]
        try:
            found = await _several(source, part, batches.copies)
            sizes.worked()
            healthy = max(healthy, sizes.size)
        except TooHeavy:
            while sizes.size >= len(part) and sizes.failed():
                pass
            if len(part) > 1:
                continue
            found = [await _alone(source, part[0])]
            sizes.restore(healthy)
        batch = Batch()
        for pending, diff in zip(part, found, strict=True):
            before = known.get(pending.node, set()).intersection(PARTS)
            diff = await _complete(source, batches, pending, diff, before)
            thread_rows.diff(batch, diff.thing, pending.id, None if diff.troubles else pending.state)
            batches.note(batch, pending.node, pending.number, before, diff.troubles)
        yield batch
        todo = todo[len(part) :]
    source.github.learn_size(sizes)


async def _several(source: Source, part: Sequence[Pending], copies: set[str]) -> list[Diff]:
    """The diffs of several pull requests, with the own commits of those that landed as copies.

    `copies` are those of which that is known already; of others, which an earlier run listed, their diffs tell.
    """
    found = {pending.node: _Served({"id": pending.node}) for pending in part}
    own = [node for node in found if node in copies]
    await _ask(source, found, list(found), [], own)
    late = [node for node, one in found.items() if node not in copies and one.is_copy]
    unsized = [node for node, one in found.items() if one.needs_sizes and not one.failed]
    if late or unsized:
        await _ask(source, found, [], unsized, late)
    short = [node for node, one in found.items() if one.is_short]
    if short:  # a second look, which is believed
        await _ask(source, found, [], [], short)
    return [await _alone(source, p) if found[p.node].failed else found[p.node].reading() for p in part]


async def _ask(source: Source, found: dict[str, _Served], ids: list[str], sizes: list[str], own: list[str]) -> None:
    """Ask for the files of `ids`, the sizes of `sizes` and the own commits of `own`; add them to what was found."""
    answer = await _graphql(source, queries.load(DOCUMENT), ids, sizes, own)
    for alias, nodes, parts in (("diffs", ids, ("files",)), ("sizes", sizes, SIZES), ("own", own, ("commits",))):
        listed = parse(list[dict[str, Any] | None], answer.data[alias], DOCUMENT)
        for place, (name, node) in enumerate(zip(nodes, listed, strict=True)):
            one, absence = found[name], answer.missing.get(str(place))
            if node is not None:
                one.take(node, served.below(answer.holes, (alias, place)))
            elif absence is not None:
                one.lacks(parts, absence.message)
            else:
                one.failed = True


async def _alone(source: Source, pending: Pending) -> Diff:
    """The diff of one pull request that GitHub does not serve whole: each part of it by itself."""
    one = _Served({"id": pending.node})
    narrow = narrowing.of_fields(DOCUMENT, FRAGMENT, ("mergeCommit",))
    await _part(one, "diffs", ("mergeCommit",), _graphql(source, narrow, [pending.node], [], []))
    for inner in (FILES, COMMITS) if one.is_copy else (FILES,):
        await _first_rows(source, one, inner)
    if one.needs_sizes:
        await _part(one, "sizes", SIZES, _graphql(source, queries.load(DOCUMENT), [], [pending.node], []))
    return one.reading()


async def _part(one: _Served, alias: str, fields: Sequence[str], asked: Awaitable[Good]) -> None:
    """Add one part of a diff, or why it is not served."""
    try:
        answer = await asked
    except RequestFailed as error:
        one.lacks(fields, error.message)
        return
    node = answer.data[alias][0]
    if node is not None:
        one.take(node, [])
    else:
        one.lacks(fields, next((hole.message for hole in answer.holes), served.UNEXPLAINED))


async def _first_rows(source: Source, one: _Served, inner: InnerList) -> None:
    """The first rows of a list that may be too heavy with more of them."""
    why = ""
    for first in FEW:
        variables = {"id": one.node["id"], "first": first, "after": None}
        try:
            answer = await source.github.graphql(
                inner.document, queries.load(inner.document), variables, source.meter, can_split=True, holes=True
            )
        except RequestFailed as error:
            why = error.message
            continue
        one.node[inner.part] = (answer.data["node"] or {}).get("page")
        one.holes += [
            Hole((inner.part, *hole.path), hole.kind, hole.message, (inner.part, *hole.at))
            for hole in served.below(answer.holes, ("node", "page"))
        ]
        return
    one.lacks((inner.part,), why)


async def _complete(source: Source, batches: Batches[Any], pending: Pending, diff: Diff, before: set[str]) -> Diff:
    """A diff with all pages of its lists. One that contradicts itself is asked for again, and then is not whole."""
    what = batches.kind.url(source, pending.number)
    doubts = await _doubts(source, diff, what)
    if doubts:
        diff = await _alone(source, pending)
        doubts = await _doubts(source, diff, what)
    for part, why in doubts.items():
        served.lose(diff, part, why)
        if part not in before:
            batches.contradictions.append(f"{part} of {what}: {why}")
    return diff


async def _doubts(source: Source, diff: Diff, what: str) -> dict[str, str]:
    """Which lists of a diff contradict themselves, and how; GitHub's own limits are no contradiction."""
    try:
        found = await complete(source, diff, (FILES, COMMITS), what)
    except NotThere as error:
        served.lose(diff, FILES.part, error.message)
        return {}
    return {p: why for p, why in found.items() if p != FILES.part or _files_of(diff) < MOST_FILES}


def _files_of(diff: Diff) -> int:
    return len(diff.thing.files.nodes) if diff.thing.files else 0


async def _graphql(source: Source, text: str, ids: list[str], sizes: list[str], own: list[str]) -> Good:
    variables = {"ids": ids, "sizes": sizes, "own": own}
    return await source.github.graphql(DOCUMENT, text, variables, source.meter, can_split=True, holes=True)


def _pending(db: sqlite3.Connection, repository: int, until: str) -> list[Pending]:
    """Merged pull requests whose diff is not that of their present state, but for those that are to be left alone."""
    parts = ", ".join(f"'{part}'" for part in PARTS)
    found = db.execute(
        "WITH merged AS ("
        "    SELECT id, node_id, number, merged_at, diff_of, coalesce(head_oid, '') || ':' || coalesce(base_ref, '')"
        "        || ':' || coalesce(merge_commit_oid, '') AS now"
        "    FROM pull_requests WHERE repository = ?1 AND merged_at IS NOT NULL AND gone_at IS NULL"
        ") SELECT id, node_id, number, now FROM merged AS p WHERE diff_of IS NOT now AND NOT EXISTS ("
        "    SELECT 1 FROM unreadable AS u WHERE u.repository = ?1 AND u.kind = 'pull_requests' AND u.key = p.node_id"
        f"   AND u.part IN ({parts}) AND u.ask_again_at > ?2"
        ") ORDER BY merged_at DESC, id DESC",
        [repository, until],
    )
    return [Pending(*row) for row in found]
