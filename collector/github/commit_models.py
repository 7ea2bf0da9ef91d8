"""Models of commits: their place in the history, authors, signatures, sizes and messages."""

from dataclasses import dataclass

from pydantic import StrictBool

from collector.github.models import Account, AnyTime, GitOid, Id, Number, Oid, Page, ResponseModel, ServerTime


@dataclass(slots=True)
class GitActor(ResponseModel):
    """The author of a commit: only the account that GitHub links to it, never git's name and e-mail address."""

    user: Account | None = None


@dataclass(slots=True)
class Signature(ResponseModel):
    """A commit's signature: https://docs.github.com/en/graphql/reference/interfaces#gitsignature.

    GitHub verifies a signature once and keeps the result with `verified_at`:
    https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
    """

    state: str | None = None
    is_valid: StrictBool | None = None
    was_signed_by_git_hub: StrictBool | None = None
    verified_at: AnyTime | None = None
    signer: Account | None = None


@dataclass(slots=True)
class NodeId(ResponseModel):
    """An object of which only the node id is selected."""

    id: Id


@dataclass(slots=True)
class AssociatedPullRequest(ResponseModel):
    """A pull request that GitHub associates with a commit; it may belong to a fork."""

    number: Number
    base_ref_name: str
    merged_at: ServerTime | None = None
    base_repository: NodeId | None = None


@dataclass(slots=True, kw_only=True)
class CommitParents(ResponseModel):
    """A commit's place in the history. The date is the committer's claim; None for an impossible date."""

    oid: GitOid
    committed_date: AnyTime | None = None
    parents: Page[Oid | None] | None = None

    @property
    def parent_oids(self) -> list[str] | None:
        """The parents in git's order; None when GitHub returned other ones than it counts, or the commit itself."""
        found = [p.oid for p in (self.parents.nodes if self.parents else ()) if p]
        is_whole = self.parents and len(found) == len(self.parents.nodes) == self.parents.total_count
        return found if is_whole and self.oid not in found else None


@dataclass(slots=True, kw_only=True)
class Commit(CommitParents):
    """A commit without its line counts: https://docs.github.com/en/graphql/reference/objects#commit."""

    tree: Oid | None = None
    authored_date: AnyTime | None = None
    message_headline: str | None = None
    author: GitActor | None = None
    signature: Signature | None = None
    associated_pull_requests: Page[AssociatedPullRequest | None] | None = None


@dataclass(slots=True, kw_only=True)
class BranchCommit(CommitParents):
    """A commit of a pull request's branch, with what stays the same when it is rebased."""

    authored_date: AnyTime | None = None
    message_headline: str | None = None
    additions: Number | None = None
    deletions: Number | None = None


@dataclass(slots=True)
class CommitLines(ResponseModel):
    """The size of a commit. The number of files is null where GitHub does not compute it."""

    additions: Number
    deletions: Number
    changed_files_if_available: Number | None = None


@dataclass(slots=True)
class CommitMessage(ResponseModel):
    """The body of a commit's message: what follows its headline."""

    message_body: str
