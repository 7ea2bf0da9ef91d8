"""Models of issues, pull requests and discussions, their comments, reviews, events, files and commits.

GitHub may return such an object incompletely, so every field except the identifying ones is optional: see `Served`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import StrictBool

from collector.github.models import (
    Account,
    AnyTime,
    BigInt,
    Count,
    EnumValue,
    GitOid,
    Id,
    Named,
    NamedRepository,
    Number,
    Page,
    ResponseModel,
    ServerTime,
    Typename,
)


@dataclass(slots=True, kw_only=True)
class Served(ResponseModel):
    """An object that GitHub may return incompletely.

    `unserved` names, as in GraphQL, the fields that it failed to return; their stored values are kept.
    PROMISED are our names of the fields that GitHub's schema declares non-null, dotted inside an object: a null there
    is an error, not a value.
    """

    PROMISED: ClassVar[tuple[str, ...]] = ()

    unserved: tuple[str, ...] = ()

    @property
    def promised(self) -> tuple[str, ...]:
        """Return PROMISED, and what is promised of this object only."""
        return self.PROMISED


@dataclass(slots=True, kw_only=True)
class Comment(Served):
    """A comment on an issue or a pull request: https://docs.github.com/en/graphql/reference/objects#issuecomment."""

    PROMISED = ("author_association", "created_at", "updated_at", "body")

    full_database_id: BigInt
    author: Account | None = None
    author_association: str | None = None
    created_at: ServerTime | None = None
    updated_at: ServerTime | None = None
    body: str | None = None


@dataclass(slots=True, kw_only=True)
class DiscussionComment(Comment):
    """A comment on a discussion, or a reply to one: https://docs.github.com/en/graphql/reference/objects#discussioncomment.

    A deleted comment that has replies is still listed, without author and text.
    """

    id: Id
    deleted_at: ServerTime | None = None
    replies: Page[Any] | None = None


@dataclass(slots=True, kw_only=True)
class Review(Served):
    """A review of a pull request: https://docs.github.com/en/graphql/reference/objects#pullrequestreview.

    Its state is PENDING until it is submitted; until then only its author sees it.
    https://docs.github.com/en/graphql/reference/enums#pullrequestreviewstate
    """

    PROMISED = ("author_association", "state", "body")

    full_database_id: BigInt
    author: Account | None = None
    author_association: str | None = None
    state: str | None = None
    submitted_at: ServerTime | None = None
    body: str | None = None


@dataclass(slots=True)
class MergeCommit(ResponseModel):
    """The commit that merged a pull request: a merge commit, or the result of a squash or rebase."""

    oid: GitOid
    parents: Count

    @property
    def is_copy(self) -> bool:
        """Whether the pull request was squashed or rebased, so that its commits landed under new oids.

        A merge commit has several parents and keeps the original commits.
        https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges
        """
        return self.parents.total_count <= 1


@dataclass(slots=True)
class Reference(ResponseModel):
    """The pull request or commit that an event refers to."""

    typename: Typename
    number: Number | None = None
    oid: GitOid | None = None
    repository: NamedRepository | None = None


@dataclass(slots=True)
class DismissedReview(ResponseModel):
    """A review that an event refers to."""

    full_database_id: BigInt | None = None


@dataclass(slots=True)
class Numbered(ResponseModel):
    """The number of a discussion."""

    number: Number


@dataclass(slots=True, kw_only=True)
class Event(Served):
    """A timeline event of an issue or a pull request: https://docs.github.com/en/graphql/reference/unions#pullrequesttimelineitems."""

    PROMISED = ("created_at",)
    # By type, of events and of what they refer to.
    OF_TYPE: ClassVar[dict[str, tuple[str, ...]]] = {
        "LabeledEvent": ("label",),
        "CrossReferencedEvent": ("source", "will_close_target"),
        "ConnectedEvent": ("subject",),
        "DisconnectedEvent": ("subject",),
        "PullRequest": ("number", "repository"),
        "Commit": ("oid", "repository"),
    }

    typename: Typename
    id: Id
    created_at: ServerTime | None = None
    actor: Account | None = None
    state_reason: str | None = None
    closer: Reference | None = None
    will_close_target: StrictBool | None = None
    source: Reference | None = None
    subject: Reference | None = None
    label: Named | None = None
    from_repository: NamedRepository | None = None
    review: DismissedReview | None = None
    discussion: Numbered | None = None

    @property
    def promised(self) -> tuple[str, ...]:
        """Return what is promised of an event of this type, and of what it refers to."""
        names = [*self.PROMISED, *self.OF_TYPE.get(self.typename, ())]
        for name in ("closer", "source", "subject"):
            reference: Reference | None = getattr(self, name)
            if reference is not None:
                names += [f"{name}.{inner}" for inner in self.OF_TYPE.get(reference.typename, ())]
        return tuple(names)


@dataclass(slots=True, kw_only=True)
class Issue(Served):
    """An issue with the first page of each of its lists: https://docs.github.com/en/graphql/reference/objects#issue."""

    PROMISED = ("title", "body", "author_association", "state", "locked", "created_at", "updated_at")

    id: Id
    full_database_id: BigInt
    number: Number
    title: str | None = None
    body: str | None = None
    author: Account | None = None
    author_association: str | None = None
    state: str | None = None
    state_reason: str | None = None
    locked: StrictBool | None = None
    created_at: ServerTime | None = None
    updated_at: ServerTime | None = None
    closed_at: ServerTime | None = None
    labels: Page[Named] | None = None
    comments: Page[Comment] | None = None
    timeline_items: Page[Event] | None = None


@dataclass(slots=True, kw_only=True)
class PullRequest(Served):
    """A pull request with the first page of each of its lists: https://docs.github.com/en/graphql/reference/objects#pullrequest.

    Fields for which GitHub must compute a diff are in PullRequestDiff.
    """

    PROMISED = (
        "title",
        "body",
        "author_association",
        "state",
        "is_draft",
        "is_cross_repository",
        "locked",
        "created_at",
        "updated_at",
        "base_ref_name",
        "head_ref_oid",
    )

    id: Id
    full_database_id: BigInt
    number: Number
    title: str | None = None
    body: str | None = None
    last_edited_at: ServerTime | None = None
    author: Account | None = None
    author_association: str | None = None
    state: str | None = None
    is_draft: StrictBool | None = None
    is_cross_repository: StrictBool | None = None
    locked: StrictBool | None = None
    created_at: ServerTime | None = None
    updated_at: ServerTime | None = None
    closed_at: ServerTime | None = None
    merged_at: ServerTime | None = None
    merged_by: Account | None = None
    merge_commit: MergeCommit | None = None
    base_ref_name: str | None = None
    head_ref_oid: GitOid | None = None
    comments: Page[Comment] | None = None
    reviews: Page[Review] | None = None
    timeline_items: Page[Event] | None = None


@dataclass(slots=True)
class Category(ResponseModel):
    """A category of discussions: https://docs.github.com/en/graphql/reference/objects#discussioncategory."""

    name: str
    is_answerable: StrictBool


@dataclass(slots=True)
class Answer(ResponseModel):
    """The comment that was marked as a discussion's answer."""

    id: Id
    full_database_id: Number | None = None


@dataclass(slots=True, kw_only=True)
class Discussion(Served):
    """A discussion with the first page of its comments: https://docs.github.com/en/graphql/reference/objects#discussion."""

    PROMISED = ("title", "body", "author_association", "category", "created_at", "updated_at")

    id: Id
    full_database_id: BigInt
    number: Number
    title: str | None = None
    body: str | None = None
    author: Account | None = None
    author_association: str | None = None
    category: Category | None = None
    state_reason: str | None = None
    created_at: ServerTime | None = None
    updated_at: ServerTime | None = None
    closed_at: ServerTime | None = None
    answer: Answer | None = None
    answer_chosen_at: ServerTime | None = None
    answer_chosen_by: Account | None = None
    comments: Page[DiscussionComment] | None = None  # the replies are appended to it once they are read


@dataclass(slots=True, kw_only=True)
class ChangedFile(Served):
    """A file that a pull request changes: https://docs.github.com/en/graphql/reference/objects#pullrequestchangedfile."""

    PROMISED = ("additions", "deletions", "change_type")

    path: str
    additions: Number | None = None
    deletions: Number | None = None
    change_type: EnumValue | None = None


@dataclass(slots=True, kw_only=True)
class OwnCommit(ResponseModel):
    """A commit of a pull request: the fields that survive a squash or rebase, and when it was committed."""

    oid: GitOid
    message_headline: str | None = None
    authored_date: AnyTime | None = None
    committed_date: AnyTime | None = None


@dataclass(slots=True, kw_only=True)
class PullRequestCommit(Served):
    """The edge from a pull request to one of its commits: https://docs.github.com/en/graphql/reference/objects#pullrequestcommit."""

    PROMISED = ("commit.message_headline", "commit.authored_date", "commit.committed_date")

    commit: OwnCommit


@dataclass(slots=True, kw_only=True)
class PullRequestDiff(Served):
    """The fields of a pull request for which GitHub computes a diff, with the first page of its files and commits."""

    id: Id
    additions: Number | None = None
    deletions: Number | None = None
    changed_files: Number | None = None
    merge_commit: MergeCommit | None = None
    files: Page[ChangedFile] | None = None
    commits: Page[PullRequestCommit] | None = None
