"""Read one commit as far as GitHub serves it: first whole, then in parts, finally over REST.

GitHub never serves some commits whole, whatever the page size: release-drafter/release-drafter#1419.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.github import commit_models, partial_responses, queries
from collector.github import models as m
from collector.github.client import Forbidden, NotThere, RequestFailed, require
from collector.github.models import OddAnswer, Page, parse
from collector.github.responses import FieldError
from collector.github.rest_models import ListedCommit
from collector.store.batch import Batch, Unreadable
from collector.sync.fetchers import lenient_parsing, rows
from collector.sync.fetchers.source import Source

KIND = "commits"
# The fragments to query separately when a commit is not served whole, with the field that each selects.
PARTS = {"CommitAuthor": "author", "CommitSignature": "signature", "CommitPullRequests": "associatedPullRequests"}
# How GitHub rejects an oid that it does not have, with status 422.
_MISSING = "No commit found"
_TIMES = ("authoredDate", "committedDate", "signature.verifiedAt")
# The columns of fields that may legitimately be null.
_COLUMNS = {
    "author": ("author",),
    "signature": ("signature", "signed_by_github", "signer", "verified_at"),
    "associatedPullRequests": ("pull_request",),
}
# Fields that GitHub's schema declares non-null: our name -> GitHub's.
_PROMISED = {
    "tree": "tree",
    "message_headline": "messageHeadline",
    "authored_date": "authoredDate",
    "committed_date": "committedDate",
}
# The same of a signature, whose parts are judged together.
_SIGNATURE_PROMISED = {"state": "state", "is_valid": "isValid", "was_signed_by_git_hub": "wasSignedByGitHub"}


class Unserved(Exception):
    """GitHub does not even serve a commit's parents."""


class NoSuchCommit(Unserved):
    """GitHub says that there is no such commit. Unlike another failure, that may be the truth."""


@dataclass
class CommitReading:
    """A commit; `troubles` maps each missing or invalid field to the reason."""

    commit: commit_models.Commit
    troubles: dict[str, str] = field(default_factory=dict)

    @property
    def parents(self) -> list[str]:
        """The oids of its parents."""
        return self.commit.parent_oids or []


async def read(source: Source, oid: str) -> CommitReading | None:
    """Fetch a commit by its oid; None when GitHub does not have it.

    Raises Unserved when neither GraphQL nor REST serves its parents; else like `GitHub.graphql`.
    """
    whole = None
    try:
        raw, field_errors = await _ask(source, oid, "CommitFields")
        if raw is None:
            return None
        whole = await of_raw(source, raw, field_errors)
    except (RequestFailed, OddAnswer):
        pass
    return whole or await _in_parts(source, oid)


async def _in_parts(source: Source, oid: str) -> CommitReading | None:
    """Fetch a commit in parts: first its place in the commit graph, then each other part separately."""
    found, why = None, "GitHub does not serve its parents"
    raw: dict[str, Any] | None = {}
    field_errors: list[FieldError] = []
    try:
        raw, field_errors = await _ask(source, oid, "CommitCore")
        found = await of_raw(source, raw, field_errors) if raw else None
    except (RequestFailed, OddAnswer) as error:
        why = str(error)
    if raw is None:
        return None
    if found is None:
        # If GitHub cannot serve these few fields, further queries would fail too.
        return await over_rest(source, oid, why)
    failed: dict[str, str] = {}
    for fragment, part in PARTS.items():
        try:
            more, more_errors = await _ask(source, oid, fragment)
            fuller = await of_raw(source, {**raw, **(more or {})}, [*field_errors, *more_errors])
        except (RequestFailed, OddAnswer) as error:
            failed[part] = str(error)
            continue
        if more and fuller:
            raw, field_errors, found = {**raw, **more}, [*field_errors, *more_errors], fuller
    found.troubles |= failed
    return found


async def _ask(source: Source, oid: str, fragment: str) -> tuple[dict[str, Any] | None, list[FieldError]]:
    """Fetch the fields of a fragment of a commit, and the field errors in them; None when GitHub has no such commit."""
    variables = {"repository": source.repository.id, "oid": oid}
    text = queries.commit_by_oid(fragment)
    answer = await source.github.graphql("CommitByOid", text, variables, source.meter, can_split=True, partial=True)
    node = require(answer, "node", source.repository.name_with_owner)
    if "commit" not in node:
        raise OddAnswer("GitHub's answer to CommitByOid is of another object.", "node")
    raw = node["commit"]
    if raw is None or raw["__typename"] != "Commit":
        return None, []
    return {**raw, "oid": oid}, partial_responses.below(answer.field_errors, ("node", "commit"))


async def over_rest(source: Source, oid: str, why: str) -> CommitReading:
    """Fetch a commit over REST, as the first of its own history.

    The PARTS, which only GraphQL has, are recorded as missing for the reason `why`. Raises NoSuchCommit, or Unserved.
    https://docs.github.com/en/rest/commits/commits#list-commits
    """
    path = f"/repos/{source.repository.name_with_owner}/commits"
    try:
        answer, _ = await source.github.rest(path, {"sha": oid, "per_page": "1"}, source.meter)
        (found,) = parse(list[ListedCommit], answer, "the list of commits")
    except (RequestFailed, NotThere, OddAnswer, ValueError) as error:
        is_missing = isinstance(error, NotThere) and not isinstance(error, Forbidden)
        raise (NoSuchCommit if is_missing or _MISSING in str(error) else Unserved)(str(error)) from None
    git = found.commit
    commit = commit_models.Commit(
        oid=found.sha,
        tree=m.Oid(git.tree.sha),
        parents=Page(nodes=[m.Oid(p.sha) for p in found.parents], total_count=len(found.parents)),
        authored_date=git.author.date if git.author else None,
        committed_date=git.committer.date if git.committer else None,
        message_headline=git.message.partition("\n")[0],
    )
    return CommitReading(commit, dict.fromkeys(PARTS.values(), why))


async def of_raw(source: Source, raw: Mapping[str, Any], field_errors: Iterable[FieldError]) -> CommitReading | None:
    """Parse a commit from a partial response. The field errors' paths start at the commit.

    Returns None when its parents are missing.
    """
    commit, odd = lenient_parsing.read(commit_models.Commit, dict(raw), _TIMES, "commits")
    if commit is None:
        return None
    troubles = {path.partition(".")[0]: why for path, why in odd.items()}
    troubles |= {str(h.path[0]): h.message for h in field_errors}
    if commit.parents is not None and commit.parents.total_count != len(commit.parents.nodes):
        commit.parents = await _all_parents(source, commit.oid)
    if commit.parent_oids is None:
        return None
    for name, shown in _SIGNATURE_PROMISED.items():
        if commit.signature is not None and getattr(commit.signature, name) is None:
            troubles.setdefault("signature", f"GitHub serves no usable {shown}")
    for name, shown in _PROMISED.items():
        if getattr(commit, name) is None and shown in raw:
            troubles.setdefault(shown, f"GitHub serves no usable {shown}")
    return CommitReading(commit, troubles)


async def _all_parents(source: Source, oid: str) -> Page[m.Oid | None]:
    """Fetch all parents of a commit: pages of commits list at most ten, and an octopus merge may have more."""
    variables = {"repository": source.repository.id, "oid": oid}
    answer = await source.github.graphql("Parents", queries.load("Parents"), variables, source.meter)
    found = require(answer, "node.object", f"{source.repository.name_with_owner}@{oid}")
    return parse(Page[m.Oid | None], found["parents"], "Parents")


async def pull_request(source: Source, one: CommitReading) -> int | None:
    """Return the number of the earliest pull request that GitHub associates with a commit (`rows.pull_request_of`).

    If their list is incomplete, that is added to the commit's troubles.
    """
    commit, page = one.commit, one.commit.associated_pull_requests
    if page is not None and page.total_count > len(page.nodes):
        variables = {"repository": source.repository.id, "oid": commit.oid}
        text = queries.load("PullRequestsOfCommit")
        answer = await source.github.graphql("PullRequestsOfCommit", text, variables, source.meter)
        found = require(answer, "node.object", f"{source.repository.name_with_owner}@{commit.oid}")
        page = parse(
            Page[commit_models.AssociatedPullRequest | None], found["associatedPullRequests"], "PullRequestsOfCommit"
        )
    if page is not None and (None in page.nodes or page.total_count > len(page.nodes)):
        one.troubles.setdefault("associatedPullRequests", "not all pull requests are listed")
    branch = source.repository.default_branch_ref
    return rows.pull_request_of(page, source.repository.id, branch.name if branch else "")


async def amend(batch: Batch, source: Source, one: CommitReading) -> None:
    """Add the served parts of a stored commit to a batch; stored values of other parts are kept."""
    fresh = Batch()
    rows.commit(fresh, one.commit, source.id, await pull_request(source, one))
    lost = {column for part in one.troubles for column in _COLUMNS.get(part, ())}
    (row,) = fresh.rows.pop("commits")
    batch.amended["commits"] = [{column: value for column, value in row.items() if column not in lost}]
    batch.rows |= fresh.rows
    note(batch, source, one.commit.oid, one.troubles)


def note(batch: Batch, source: Source, oid: str, troubles: Mapping[str, str]) -> None:
    """Record the parts of a commit that GitHub does not serve."""
    url = source.url(f"commit/{oid}")
    batch.unreadable += [Unreadable(KIND, oid, part, url, said) for part, said in troubles.items()]
