"""One commit, as far as GitHub serves it: alone when it fails among others, then in parts, at last over REST.

There are commits that GitHub never answers whole, at any page size: release-drafter/release-drafter#1419.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.github import models as m
from collector.github import partial_answers, queries
from collector.github.client import NotThere, RequestFailed, require
from collector.github.models import OddAnswer, Page, parse
from collector.github.responses import Hole
from collector.github.rest_models import ListedCommit
from collector.store.batch import Batch, Unreadable
from collector.sync.fetchers import readable, rows
from collector.sync.fetchers.source import Source

KIND = "commits"
# What is asked for apart when a commit is not served whole: the fragment, and the field that it asks for.
PARTS = {"CommitAuthor": "author", "CommitSignature": "signature", "CommitPullRequests": "associatedPullRequests"}
_TIMES = ("authoredDate", "committedDate", "signature.verifiedAt")
# The columns of what may be empty by nature.
_COLUMNS = {
    "author": ("author",),
    "signature": ("signature", "signed_by_github", "signer", "verified_at"),
    "associatedPullRequests": ("pull_request",),
}
# What GitHub's schema has always a value for.
_PROMISED = {
    "tree": "tree",
    "message_headline": "messageHeadline",
    "authored_date": "authoredDate",
    "committed_date": "committedDate",
}


class Unserved(Exception):
    """GitHub serves not even a commit's parents."""


@dataclass
class Reading:
    """A commit; `troubles` says of each field that is missing or odd what GitHub said."""

    commit: m.Commit
    troubles: dict[str, str] = field(default_factory=dict)

    @property
    def parents(self) -> list[str]:
        """The oids of its parents."""
        return self.commit.parent_oids or []


async def read(source: Source, oid: str) -> Reading | None:
    """A commit asked for alone; None when GitHub does not have it.

    Raises Unserved when neither GraphQL nor REST tells its parents; else what a question raises.
    """
    whole = None
    try:
        raw, holed = await _ask(source, oid, "CommitFields")
        if raw is None:
            return None
        whole = await of_raw(source, raw, holed)
    except (RequestFailed, OddAnswer):
        pass
    return whole or await _in_parts(source, oid)


async def _in_parts(source: Source, oid: str) -> Reading | None:
    """What places a commit in the history, then each other part of it alone."""
    found, why = None, "GitHub does not serve its parents"
    raw: dict[str, Any] | None = {}
    holed: list[Hole] = []
    try:
        raw, holed = await _ask(source, oid, "CommitCore")
        found = await of_raw(source, raw, holed) if raw else None
    except (RequestFailed, OddAnswer) as error:
        why = str(error)
    if raw is None:
        return None
    if found is None:
        # What does not answer for so little will not answer for more.
        return await over_rest(source, oid, why)
    failed: dict[str, str] = {}
    for fragment, part in PARTS.items():
        try:
            more, more_holed = await _ask(source, oid, fragment)
            fuller = await of_raw(source, {**raw, **(more or {})}, [*holed, *more_holed])
        except (RequestFailed, OddAnswer) as error:
            failed[part] = str(error)
            continue
        if more and fuller:
            raw, holed, found = {**raw, **more}, [*holed, *more_holed], fuller
    found.troubles |= failed
    return found


async def _ask(source: Source, oid: str, fragment: str) -> tuple[dict[str, Any] | None, list[Hole]]:
    """What a fragment asks of a commit; None when GitHub has no such commit."""
    variables = {"repository": source.repository.id, "oid": oid}
    text = queries.commit_by_oid(fragment)
    answer = await source.github.graphql("CommitByOid", text, variables, source.meter, can_split=True, holes=True)
    raw = require(answer, "node", source.repository.name_with_owner)["commit"]
    if raw is None or raw["__typename"] != "Commit":
        return None, []
    return {**raw, "oid": oid}, partial_answers.below(answer.holes, ("node", "commit"))


async def over_rest(source: Source, oid: str, why: str) -> Reading:
    """A commit as the first of its own history, without the PARTS that only GraphQL tells, for the reason `why`.

    Raises Unserved. Source: https://docs.github.com/en/rest/commits/commits#list-commits.
    """
    path = f"/repos/{source.repository.name_with_owner}/commits"
    try:
        answer, _ = await source.github.rest(path, {"sha": oid, "per_page": "1"}, source.meter)
        (found,) = parse(list[ListedCommit], answer, "the list of commits")
    except (RequestFailed, NotThere, OddAnswer, ValueError) as error:
        raise Unserved(str(error)) from None
    git = found.commit
    commit = m.Commit(
        oid=found.sha,
        tree=m.Oid(git.tree.sha),
        parents=Page(nodes=[m.Oid(p.sha) for p in found.parents], total_count=len(found.parents)),
        authored_date=git.author.date if git.author else None,
        committed_date=git.committer.date if git.committer else None,
        message_headline=git.message.partition("\n")[0],
    )
    return Reading(commit, dict.fromkeys(PARTS.values(), why))


async def of_raw(source: Source, raw: Mapping[str, Any], holed: Iterable[Hole]) -> Reading | None:
    """A commit from an answer that may have holes, whose paths begin at the commit. None when it lacks parents."""
    commit, odd = readable.read(m.Commit, dict(raw), _TIMES, "commits")
    if commit is None:
        return None
    troubles = {path.partition(".")[0]: why for path, why in odd.items()}
    troubles |= {str(h.path[0]): h.message for h in holed}
    if commit.parents is not None and commit.parents.total_count > len(commit.parents.nodes):
        commit.parents = await _all_parents(source, commit.oid)
    if commit.parent_oids is None:
        return None
    for name, shown in _PROMISED.items():
        if getattr(commit, name) is None and shown in raw:
            troubles.setdefault(shown, f"GitHub serves no usable {shown}")
    return Reading(commit, troubles)


async def _all_parents(source: Source, oid: str) -> Page[m.Oid | None]:
    """All parents of a commit: GitHub was asked for ten, and an octopus may have more."""
    variables = {"repository": source.repository.id, "oid": oid}
    answer = await source.github.graphql("Parents", queries.load("Parents"), variables, source.meter)
    found = require(answer, "node.object", f"{source.repository.name_with_owner}@{oid}")
    return parse(Page[m.Oid | None], found["parents"], "Parents")


async def pull_request(source: Source, commit: m.Commit) -> int | None:
    """The number of the earliest pull request that GitHub associates with a commit (`rows.pull_request_of`)."""
    page = commit.associated_pull_requests
    if page is not None and page.total_count > len(page.nodes):
        variables = {"repository": source.repository.id, "oid": commit.oid}
        text = queries.load("PullRequestsOfCommit")
        answer = await source.github.graphql("PullRequestsOfCommit", text, variables, source.meter)
        found = require(answer, "node.object", f"{source.repository.name_with_owner}@{commit.oid}")
        page = parse(Page[m.AssociatedPullRequest | None], found["associatedPullRequests"], "PullRequestsOfCommit")
    branch = source.repository.default_branch_ref
    return rows.pull_request_of(page, source.repository.id, branch.name if branch else "")


async def amend(batch: Batch, source: Source, one: Reading) -> None:
    """Put into a batch what is served of a commit that is stored; what is not stays as it is."""
    fresh = Batch()
    rows.commit(fresh, one.commit, source.id, await pull_request(source, one.commit))
    lost = {column for part in one.troubles for column in _COLUMNS.get(part, ())}
    (row,) = fresh.rows.pop("commits")
    batch.amended["commits"] = [{column: value for column, value in row.items() if column not in lost}]
    batch.rows |= fresh.rows
    note(batch, source, one.commit.oid, one.troubles)


def note(batch: Batch, source: Source, oid: str, troubles: Mapping[str, str]) -> None:
    """Note the parts of a commit that GitHub does not serve."""
    url = source.url(f"commit/{oid}")
    batch.unreadable += [Unreadable(KIND, oid, part, url, said) for part, said in troubles.items()]
