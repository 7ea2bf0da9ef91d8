"""Fetch the diffs of merged pull requests: their files, and the original commits of squashed or rebased ones.

GitHub computes a diff for each of them, which makes queries for pull requests slow (getsentry/sentry#122671,
googleapis/release-please#1591), so diffs are fetched by id, once for each state of head, base and merge commit. Line
counts are the sums over the files; they are requested only where GitHub does not list all files, because it computes
them separately (atlassian/github-for-jira#82). Missing diffs are found by a query on the database, so that every run
resumes where the last one stopped.
"""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from collector.github import node_ids, partial_responses, queries, reduced_queries
from collector.github import thread_models as m
from collector.github.client import NotThere, RequestFailed, TooHeavy
from collector.github.models import OddAnswer, Page, parse
from collector.github.responses import FieldError, Success
from collector.store.batch import Batch
from collector.sync.fetchers import partial_threads, thread_rows
from collector.sync.fetchers.inner_lists import complete
from collector.sync.fetchers.partial_threads import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_batches import Batches, noted, soon
from collector.sync.fetchers.thread_kinds import InnerList

DOCUMENT, FRAGMENT = "PullRequestDiffs", "PullRequestDiff"
# The parts of a diff, as named in `unreadable` when GitHub does not serve them.
SIZES = ("additions", "deletions", "changedFiles")
PARTS = (*SIZES, "files", "commits")
FILES = InnerList("files", "files", "MoreFiles", m.ChangedFile, lambda file: file.path)
# Not `counted`: the totalCount includes commits that GitHub no longer lists.
COMMITS = InnerList("commits", "commits", "MoreCommits", m.PullRequestCommit, lambda c: c.commit.oid, counted=False)
# The most files that GitHub lists: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
MOST_FILES = 3_000
# The sizes to try for the first page of a list that is too heavy.
FEW = (20, 5)

Diff = Reading[m.PullRequestDiff]


@dataclass(frozen=True)
class Pending:
    """A pull request whose diff is missing, and the `state` (head, base, merge commit) that the diff will belong to."""

    id: int
    node: str
    number: int
    state: str


@dataclass
class _Served:
    """The response for one diff. `failed`: GitHub returned neither its values nor a reason."""

    node: dict[str, Any]
    field_errors: list[FieldError] = field(default_factory=list)
    failed: bool = False

    def take(self, node: dict[str, Any], field_errors: Sequence[FieldError]) -> None:
        """Merge a response into it."""
        self.node |= node
        self.field_errors += field_errors
        try:
            if node.get("mergeCommit") is not None:
                parse(m.MergeCommit, node["mergeCommit"], DOCUMENT)
        except OddAnswer as error:
            self.node["mergeCommit"] = None
            self.lacks(("mergeCommit",), error.message)

    def lacks(self, parts: Sequence[str], why: str) -> None:
        """Record parts that GitHub does not serve."""
        self.field_errors += [FieldError((part,), "", why, (part,)) for part in parts]

    @property
    def is_copy(self) -> bool:
        """Whether its commits landed under new oids (squashed or rebased)."""
        commit = self.node.get("mergeCommit")
        return commit is not None and parse(m.MergeCommit, commit, DOCUMENT).is_copy

    @property
    def is_short(self) -> bool:
        """Whether fewer commits are listed than counted."""
        page = self._page("commits")
        return page is not None and page.next is None and len(page.nodes) < page.total_count

    @property
    def needs_sizes(self) -> bool:
        """Whether the line counts must be requested: GitHub lists no files, or possibly not all."""
        page = self._page("files")
        return page is None or not 0 < page.total_count < MOST_FILES

    def _page(self, part: str) -> Page[Any] | None:
        """Return one of its lists; None when it was not served or is invalid."""
        try:
            return parse(Page[Any], self.node.get(part), DOCUMENT)
        except OddAnswer:
            return None

    def reading(self) -> Diff:
        """Return the validated diff. A missing merge commit counts as missing commits: they may be needed."""
        field_errors = [
            replace(error, path=("commits",)) if error.path[0] == "mergeCommit" else error
            for error in self.field_errors
        ]
        with_commits = "commits" in self.node or any(error.path[0] == "commits" for error in field_errors)
        return partial_threads.reading(
            m.PullRequestDiff, (FILES, COMMITS) if with_commits else (FILES,), self.node, field_errors
        )


async def fetch(source: Source, batches: Batches[Any]) -> AsyncIterator[Batch]:
    """Fetch missing diffs. Parts that GitHub does not serve are recorded and retried in a later run."""
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
            # The last part may be shorter than a page: what is asked for next must be less than this part.
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
    """Fetch the diffs of several pull requests, with the original commits of squashed and rebased ones.

    `copies` are the squashed or rebased ones known from this run; for others the first response shows it.
    """
    found = {pending.node: _Served({"id": pending.node}) for pending in part}
    own = [node for node in found if node in copies]
    await _ask(source, found, list(found), [], own)
    late = [node for node, one in found.items() if node not in copies and one.is_copy]
    unsized = [node for node, one in found.items() if one.needs_sizes and not one.failed]
    if late or unsized:
        await _ask(source, found, [], unsized, late)
    short = [node for node, one in found.items() if one.is_short]
    if short:  # query once more; the second response is accepted
        await _ask(source, found, [], [], short)
    return [await _alone(source, p) if found[p.node].failed else found[p.node].reading() for p in part]


async def _ask(source: Source, found: dict[str, _Served], ids: list[str], sizes: list[str], own: list[str]) -> None:
    """Fetch the files of `ids`, the line counts of `sizes` and the commits of `own`, and merge them into `found`."""
    answer = await _graphql(source, queries.load(DOCUMENT), ids, sizes, own)
    for alias, nodes, parts in (("diffs", ids, ("files",)), ("sizes", sizes, SIZES), ("own", own, ("commits",))):
        listed = parse(list[dict[str, Any] | None], answer.data[alias], DOCUMENT)
        for place, (name, node) in enumerate(zip(nodes, listed, strict=True)):
            one, absence = found[name], answer.missing.get(str(place))
            if node is not None and not node_ids.differ(node.get("id"), name):
                one.take(node, partial_responses.below(answer.field_errors, (alias, place)))
            elif absence is not None:
                one.lacks(parts, absence.message)
            else:
                one.failed = True


async def _alone(source: Source, pending: Pending) -> Diff:
    """Fetch the diff of one pull request part by part, after GitHub failed to serve it whole."""
    one = _Served({"id": pending.node})
    narrow = reduced_queries.of_fields(DOCUMENT, FRAGMENT, ("mergeCommit",))
    await _part(one, "diffs", ("mergeCommit",), _graphql(source, narrow, [pending.node], [], []))
    for inner in (FILES, COMMITS) if one.is_copy else (FILES,):
        await _first_rows(source, one, inner)
    if one.is_short:  # as in _several
        await _first_rows(source, one, COMMITS)
    if one.needs_sizes:
        await _part(one, "sizes", SIZES, _graphql(source, queries.load(DOCUMENT), [], [pending.node], []))
    return one.reading()


async def _part(one: _Served, alias: str, fields: Sequence[str], asked: Awaitable[Success]) -> None:
    """Merge one part of a diff, or record why it is not served."""
    try:
        answer = await asked
    except RequestFailed as error:
        one.lacks(fields, error.message)
        return
    node = answer.data[alias][0]
    if node is not None:
        one.take(node, partial_responses.below(answer.field_errors, (alias, 0)))
    else:
        one.lacks(fields, next((error.message for error in answer.field_errors), partial_threads.UNEXPLAINED))


async def _first_rows(source: Source, one: _Served, inner: InnerList) -> None:
    """Fetch the first page of a list, in smaller sizes when it is too heavy."""
    why = ""
    for first in FEW:
        variables = {"id": one.node["id"], "first": first, "after": None}
        try:
            answer = await source.github.graphql(
                inner.document, queries.load(inner.document), variables, source.meter, can_split=True, partial=True
            )
        except RequestFailed as error:
            why = error.message
            continue
        one.node[inner.part] = (answer.data["node"] or {}).get("page")
        one.field_errors += [
            FieldError((inner.part, *error.path), error.kind, error.message, (inner.part, *error.at))
            for error in partial_responses.below(answer.field_errors, ("node", "page"))
        ]
        return
    one.node[inner.part] = None
    one.lacks((inner.part,), why)


async def _complete(source: Source, batches: Batches[Any], pending: Pending, diff: Diff, before: set[str]) -> Diff:
    """Read all pages of a diff's lists. A contradictory list is fetched again, then recorded as incomplete."""
    what = batches.kind.url(source, pending.number)
    doubts = await _doubts(source, diff, what)
    if doubts:
        diff = await _alone(source, pending)
        doubts = await _doubts(source, diff, what)
    for part, why in doubts.items():
        partial_threads.lose(diff, part, why)
        if part not in before:
            batches.contradictions.append(f"{part} of {what}: {why}")
    return diff


async def _doubts(source: Source, diff: Diff, what: str) -> dict[str, str]:
    """Return the lists of a diff that contradict themselves, and why; GitHub's limit on files is no contradiction."""
    try:
        found = await complete(source, diff, (FILES, COMMITS), what)
    except NotThere as error:
        partial_threads.lose(diff, FILES.part, error.message)
        return {}
    return {p: why for p, why in found.items() if p != FILES.part or _files_of(diff) < MOST_FILES}


def _files_of(diff: Diff) -> int:
    return len(diff.thing.files.nodes) if diff.thing.files else 0


async def _graphql(source: Source, text: str, ids: list[str], sizes: list[str], own: list[str]) -> Success:
    variables = {"ids": ids, "sizes": sizes, "own": own}
    return await source.github.graphql(DOCUMENT, text, variables, source.meter, can_split=True, partial=True)


def _pending(db: sqlite3.Connection, repository: int, until: str) -> list[Pending]:
    """Return merged pull requests without a diff of their current state, except those not yet due for a retry."""
    parts = ", ".join(f"'{part}'" for part in PARTS)
    found = db.execute(
        "WITH merged AS ("
        "    SELECT id, node_id, number, merged_at, diff_of, coalesce(head_oid, '') || ':' || coalesce(base_ref, '')"
        "        || ':' || coalesce(merge_commit_oid, '') AS now"
        "    FROM pull_requests WHERE repository = :repository AND merged_at IS NOT NULL AND gone_at IS NULL"
        ") SELECT id, node_id, number, now FROM merged AS p WHERE diff_of IS NOT now AND NOT EXISTS ("
        "    SELECT 1 FROM unreadable AS u WHERE u.repository = :repository AND u.kind = 'pull_requests'"
        f"    AND u.key = p.node_id AND u.part IN ({parts}) AND u.ask_again_at > :until"
        ") ORDER BY merged_at DESC, id DESC",
        {"repository": repository, "until": until},
    )
    return [Pending(*row) for row in found]
