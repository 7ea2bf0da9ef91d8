"""What GitHub answers, checked. An odd answer is refused with the name of the field that is odd."""

from typing import Annotated, Any, Generic, TypeVar

import msgspec

from collector import clock
from collector.errors import CollectError
from collector.github import node_ids

# A time of GitHub's own: always UTC, to the second.
Time = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ\Z")]
# A count or an id: below 0 it is none, and the database holds 64 bits.
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class OddAnswer(CollectError):
    """GitHub answered something that its schema does not promise; the message names the field.

    `field` is its path ("target.tagger.date"), empty where the whole answer is odd.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Answer(msgspec.Struct, gc=False, rename="camel"):
    """Anything that GraphQL answers: camelCase there, snake_case here. Nothing refers back, so nothing is a cycle."""


class RestAnswer(msgspec.Struct, gc=False):
    """Anything that REST answers."""


Node = TypeVar("Node")


class PageInfo(Answer):
    """Whether a list goes on, and from where."""

    has_next_page: bool
    end_cursor: str | None = None


class Page(Answer, Generic[Node], kw_only=True):
    """One page of a list. A null in it is a hole: such a page is not whole, and is refused."""

    page_info: PageInfo = msgspec.field(default_factory=lambda: PageInfo(has_next_page=False))
    total_count: Number = 0
    nodes: list[Node]

    @property
    def next(self) -> str | None:
        """The cursor to go on from, None at the end."""
        return self.page_info.end_cursor if self.page_info.has_next_page else None


class Account(Answer):
    """A user, bot, organization or mannequin."""

    typename: str = msgspec.field(name="__typename")
    login: str
    id: str | None = None
    database_id: Number | None = None
    created_at: str | None = None

    def __post_init__(self) -> None:
        if self.database_id is None and self.id is not None:
            self.database_id = node_ids.number(self.id)
        normalise(self, "created_at")


class Named(Answer):
    """Something of which only the name matters."""

    name: str


class Oid(Answer):
    """A git object, by its oid."""

    oid: str


class NamedRepository(Answer):
    """A repository, by its name."""

    name_with_owner: str


class License(Answer):
    """A licence."""

    spdx_id: str | None = None


class Count(Answer):
    """A list of which only the length was asked."""

    total_count: Number


class Branch(Answer):
    """A branch and the commit it points to."""

    name: str
    target: Oid | None = None


class Touched(Answer):
    """An issue or a pull request: only when it was last updated."""

    id: str
    updated_at: str | None = None


class ReleaseGlance(Answer):
    """A release: only what shows whether it changed."""

    database_id: Number | None = None
    tag_name: str | None = None
    updated_at: str | None = None
    published_at: str | None = None


class TagGlance(Answer):
    """A tag: only what it points to."""

    name: str
    target: Oid | None = None


class RepositoryFacts(Answer, kw_only=True):
    """What a repository is."""

    name_with_owner: str
    created_at: Time
    pushed_at: Time | None = None
    description: str | None = None
    homepage_url: str | None = None
    is_archived: bool
    is_disabled: bool
    is_empty: bool
    is_fork: bool
    stargazer_count: Number
    parent: NamedRepository | None = None


class RepositoryState(RepositoryFacts, kw_only=True):
    """A repository, and enough of its lists to see whether anything in them changed."""

    id: str
    database_id: Number
    has_issues_enabled: bool
    has_discussions_enabled: bool
    fork_count: Number
    primary_language: Named | None = None
    license_info: License | None = None
    default_branch_ref: Branch | None = None
    discussions: Count | None = None
    issues: Page[Touched | None]
    pull_requests: Page[Touched | None]
    releases: Page[ReleaseGlance]
    tags: Page[TagGlance]


class CountedHistory(Answer):
    """The commit that a branch points to: only how many commits of its history are young enough."""

    history: Count | None = None


class CountedBranch(Answer):
    """A branch, and how many young commits it holds."""

    name: str
    target: CountedHistory | None = None


class RepositoryGlance(RepositoryFacts, kw_only=True):
    """A repository and how much happens in it: enough to decide whether to track it."""

    default_branch_ref: CountedBranch | None = None
    pull_requests: Count
    releases: Count

    @property
    def commits(self) -> int:
        """Commits of the default branch since the moment asked about."""
        target = self.default_branch_ref.target if self.default_branch_ref else None
        return target.history.total_count if target and target.history else 0


class GitActor(Answer):
    """The author of a commit: only the account that GitHub links, never name or e-mail."""

    user: Account | None = None


class Signature(Answer):
    """A commit's signature."""

    state: str | None = None
    is_valid: bool | None = None
    was_signed_by_git_hub: bool | None = None
    verified_at: str | None = None
    signer: Account | None = None

    def __post_init__(self) -> None:
        normalise(self, "verified_at")


class NodeId(Answer):
    """Something of which only the node id matters."""

    id: str


class AssociatedPullRequest(Answer):
    """A pull request that GitHub associates with a commit; it may be a fork's."""

    number: Number
    base_ref_name: str | None = None
    merged_at: str | None = None
    base_repository: NodeId | None = None

    def __post_init__(self) -> None:
        normalise(self, "merged_at")


class CommitParents(Answer, kw_only=True):
    """A commit's place in the history. Without a date no calendar has the one that its maker gave it."""

    oid: str
    committed_date: str | None = None
    parents: Page[Oid | None] | None = None

    def __post_init__(self) -> None:
        normalise(self, "committed_date")

    @property
    def parent_oids(self) -> list[str] | None:
        """Its parents, None when GitHub did not serve all that it counts."""
        found = [p.oid for p in (self.parents.nodes if self.parents else ()) if p]
        return found if self.parents and len(found) == max(self.parents.total_count, len(self.parents.nodes)) else None


class Commit(CommitParents, kw_only=True):
    """A commit, but for its lines."""

    tree: Oid | None = None
    authored_date: str | None = None
    message_headline: str | None = None
    author: GitActor | None = None
    signature: Signature | None = None
    associated_pull_requests: Page[AssociatedPullRequest | None] | None = None

    def __post_init__(self) -> None:
        normalise(self, "authored_date", "committed_date")


class CommitLines(Answer):
    """How much a commit changes."""

    additions: Number
    deletions: Number
    changed_files_if_available: Number | None = None


class Release(Answer, kw_only=True):
    """A release. Where its number is null, the fetcher finds it out."""

    id: str
    database_id: Number | None = None
    tag_name: str
    name: str | None = None
    description: str | None = None
    is_draft: bool | None = None
    is_prerelease: bool | None = None
    created_at: Time | None = None
    published_at: Time | None = None
    updated_at: Time | None = None
    author: Account | None = None
    tag_commit: Oid | None = None


class Tagger(Answer):
    """Who made an annotated tag, as far as it matters: when, by his own clock."""

    date: Time | None = None


class TagTarget(Answer):
    """What a tag points to: a commit, a blob or a tree, or a tag object that points on."""

    typename: str = msgspec.field(name="__typename")
    oid: str
    tagger: Tagger | None = None
    target: "TagTarget | None" = None


class Tag(Answer):
    """A tag."""

    name: str
    target: TagTarget | None = None


class Numbered(RestAnswer):
    """Something of which only the number matters."""

    id: Number


class Actor(RestAnswer):
    """Who pushed."""

    id: Number
    login: str
    type: str = "User"


class Activity(RestAnswer):
    """A row of the push log. Kinds that are new tomorrow are kept as they are."""

    id: Number
    before: str | None = None
    after: str | None = None
    ref: str | None = None
    timestamp: Time | None = None
    activity_type: str | None = None
    actor: Actor | None = None


class Sha(RestAnswer):
    """A commit or a tree, by its oid."""

    sha: str


class GitPerson(RestAnswer):
    """Who made a commit, as far as it matters: when, by his own clock."""

    date: str | None = None


class GitCommit(RestAnswer):
    """What git holds of a commit."""

    tree: Sha
    message: str = ""
    author: GitPerson | None = None
    committer: GitPerson | None = None


class ListedCommit(RestAnswer):
    """A commit of a history, as REST lists it."""

    sha: str
    commit: GitCommit
    parents: list[Sha]


class Comparison(RestAnswer):
    """A page of the commits that one head has beyond another, and how many these are in all."""

    commits: list[Sha]
    total_commits: Number | None = None


Model = TypeVar("Model")


def parse(model: type[Model], answer: Any, what: str) -> Model:
    """`answer` as a `model`. Raises OddAnswer, which names the first odd field, what was wanted and what it is."""
    try:
        return msgspec.convert(answer, model, strict=False)
    except msgspec.ValidationError as error:
        wrong, _, where = str(error).partition(" - at ")
        field = where.strip("`").removeprefix("$").removeprefix(".")
        message = f"GitHub's answer to {what} is odd at {field or 'the whole'}: {wrong[0].lower()}{wrong[1:]}."
        raise OddAnswer(message, field) from None


def normalise(answer: Answer, *fields: str) -> None:
    """Write times as the database does, whatever their offset; those that no calendar has become None."""
    for field in fields:
        text = getattr(answer, field)
        if text is not None:
            setattr(answer, field, clock.normalised(text))
