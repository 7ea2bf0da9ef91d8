"""What GitHub answers of issues and pull requests. Each may be served in part only: see `Served`."""

from typing import ClassVar

import msgspec

from collector.github.models import Account, Answer, Count, Named, NamedRepository, Number, Page, normalise


class Served(Answer, kw_only=True):
    """What GitHub may serve in part only. `unserved` names the fields, as GraphQL does, that it did not.

    They are left out of what is stored. A field of PROMISED is never null in GitHub's schema.
    """

    PROMISED: ClassVar[tuple[str, ...]] = ()
    TIMES: ClassVar[tuple[str, ...]] = ()

    unserved: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        normalise(self, *self.TIMES)


class Comment(Served, kw_only=True):
    """A comment on an issue or a pull request."""

    PROMISED = ("author_association", "created_at", "updated_at", "body")
    TIMES = ("created_at", "updated_at")

    full_database_id: Number
    author: Account | None = None
    author_association: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    body: str | None = None


class Review(Served, kw_only=True):
    """A review of a pull request. One that is not submitted yet, and shown to its author only, is PENDING."""

    PROMISED = ("author_association", "state", "body")
    TIMES = ("submitted_at",)

    full_database_id: Number
    author: Account | None = None
    author_association: str | None = None
    state: str | None = None
    submitted_at: str | None = None
    body: str | None = None


class MergeCommit(Answer):
    """What a pull request was merged as."""

    oid: str
    parents: Count

    @property
    def is_copy(self) -> bool:
        """Whether the pull request's own commits landed under other oids: it was squashed or rebased.

        With several parents the commit brought them along as they are.
        """
        return self.parents.total_count <= 1


class Reference(Answer):
    """A pull request or commit that an event speaks of."""

    typename: str = msgspec.field(name="__typename")
    number: Number | None = None
    oid: str | None = None
    repository: NamedRepository | None = None


class Event(Served, kw_only=True):
    """Something that happened to an issue or a pull request."""

    PROMISED = ("created_at",)
    TIMES = ("created_at",)

    typename: str = msgspec.field(name="__typename")
    id: str
    created_at: str | None = None
    actor: Account | None = None
    state_reason: str | None = None
    closer: Reference | None = None
    will_close_target: bool | None = None
    source: Reference | None = None
    subject: Reference | None = None
    label: Named | None = None


class Issue(Served, kw_only=True):
    """An issue with the first page of all that belongs to it."""

    PROMISED = ("title", "body", "author_association", "state", "locked", "created_at", "updated_at")
    TIMES = ("created_at", "updated_at", "closed_at")

    id: str
    full_database_id: Number
    number: Number
    title: str | None = None
    body: str | None = None
    author: Account | None = None
    author_association: str | None = None
    state: str | None = None
    state_reason: str | None = None
    locked: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None
    closed_at: str | None = None
    labels: Page[Named] | None = None
    comments: Page[Comment] | None = None
    timeline_items: Page[Event] | None = None


class PullRequest(Served, kw_only=True):
    """A pull request with the first page of all that belongs to it, but for its diff (PullRequestDiff)."""

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
    TIMES = ("created_at", "updated_at", "closed_at", "merged_at")

    id: str
    full_database_id: Number
    number: Number
    title: str | None = None
    body: str | None = None
    author: Account | None = None
    author_association: str | None = None
    state: str | None = None
    is_draft: bool | None = None
    is_cross_repository: bool | None = None
    locked: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None
    closed_at: str | None = None
    merged_at: str | None = None
    merged_by: Account | None = None
    merge_commit: MergeCommit | None = None
    base_ref_name: str | None = None
    head_ref_oid: str | None = None
    comments: Page[Comment] | None = None
    reviews: Page[Review] | None = None
    timeline_items: Page[Event] | None = None


class ChangedFile(Served, kw_only=True):
    """A file that a pull request changes."""

    PROMISED = ("additions", "deletions", "change_type")

    path: str
    additions: Number | None = None
    deletions: Number | None = None
    change_type: str | None = None


class OwnCommit(Served, kw_only=True):
    """A commit of a pull request's own, of which only what a copy of it would keep matters."""

    PROMISED = ("message_headline", "authored_date")
    TIMES = ("authored_date",)

    oid: str
    message_headline: str | None = None
    authored_date: str | None = None


class PullRequestCommit(Answer):
    """What links a pull request to a commit of its own."""

    commit: OwnCommit


class PullRequestDiff(Served, kw_only=True):
    """What GitHub computes a diff for: the first page of a pull request's files; its sizes, where these do not tell."""

    id: str
    additions: Number | None = None
    deletions: Number | None = None
    changed_files: Number | None = None
    merge_commit: MergeCommit | None = None
    files: Page[ChangedFile] | None = None
    commits: Page[PullRequestCommit] | None = None
