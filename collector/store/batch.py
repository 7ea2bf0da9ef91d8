"""The batch that a fetcher passes to the store: rows by table, tombstones and sync progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from collector import clock
from collector.store.unserved_columns import UNSERVED

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """How to upsert into a table: its key, and the columns with rules of their own."""

    name: str
    key: tuple[str, ...]  # the primary key
    recorded: tuple[str, ...] = ()  # columns whose old value is recorded in `changes`; most should never change
    dated: str | None = None  # the column with GitHub's creation time, checked for late arrivals
    keep_first: tuple[str, ...] = ()  # the first value that was seen stays
    keep_if_null: tuple[str, ...] = ()  # NULL never replaces a value in these, because it means "not served"
    served_is_there: bool = True  # whether a row that is served again is no longer gone


TABLES = {
    t.name: t
    for t in (
        Table("accounts", ("id",), ("created_at",), keep_if_null=("created_at", "node_id"), served_is_there=False),
        Table("repositories", ("id",), ("created_at", "default_branch", "has_issues", "has_pull_requests")),
        Table(
            "releases",
            ("id",),
            ("published_at", "tag_oid", "tag_name", "is_prerelease", "author"),
            dated="published_at",
            keep_first=("prose_length",),
            keep_if_null=UNSERVED["releases"],
        ),
        # `oid` may become NULL: a tag that is moved to a blob or a tree has no commit.
        Table("tags", ("repository", "name"), ("oid",), keep_if_null=("target_oid",)),
        Table(
            "commits",
            ("repository", "oid"),
            ("committed_at", "tree_oid"),
            keep_if_null=(*UNSERVED["commits"], "changed_files"),
        ),
        Table("commit_paths", ("repository", "oid", "path")),
        Table("branch_commits", ("repository", "oid")),
        Table(
            "issues",
            ("id",),
            ("created_at", "author", "number", "author_association"),
            dated="created_at",
            keep_if_null=UNSERVED["issues"],
        ),
        Table("issue_labels", ("issue", "name")),
        Table(
            "pull_requests",
            ("id",),
            ("created_at", "merged_at", "author", "merged_by", "number", "author_association", "prose_length"),
            dated="created_at",
            keep_if_null=(*UNSERVED["pull_requests"], "diff_of"),
        ),
        Table("pull_request_files", ("pull_request", "path"), keep_if_null=UNSERVED["pull_request_files"]),
        Table("pull_request_commits", ("pull_request", "oid"), keep_if_null=UNSERVED["pull_request_commits"]),
        Table(
            "discussions",
            ("id",),
            (
                "created_at",
                "author",
                "author_association",
                "number",
                "is_answerable",
                "answer_comment",
                "answer_chosen_at",
                "answer_chosen_by",
            ),
            dated="created_at",
            keep_if_null=UNSERVED["discussions"],
        ),
        Table("comments", ("id",), ("created_at", "author", "author_association"), keep_if_null=UNSERVED["comments"]),
        Table("reviews", ("id",), ("submitted_at", "author", "author_association"), keep_if_null=UNSERVED["reviews"]),
        Table("events", ("id",), ("created_at", "actor"), keep_if_null=UNSERVED["events"]),
        Table("pushes", ("id",), ("pushed_at", "after_oid", "actor"), keep_if_null=UNSERVED["pushes"]),
        Table(
            "tagged_commits",
            ("repository", "oid"),
            keep_if_null=("headline", "authored_at", "committed_at", "additions", "deletions"),
        ),
        Table("advisories", ("repository", "ghsa_id"), ("published_at",), keep_first=("prose_length",)),
    )
}
# Parents before children, so that foreign keys hold.
ORDER = tuple(TABLES)


@dataclass(frozen=True)
class Unreadable:
    """A part of an object that GitHub lists but does not serve."""

    kind: str  # of activity, as in sync_state
    key: str  # identifies the object within its repository and kind, such as a node id or a commit's oid
    part: str  # the field or list; empty for the whole object
    url: str
    error: str


class Change(NamedTuple):
    """A row of the table `changes`: a column's old and new value."""

    table: str
    key: str  # the row's id, or the parts of its key joined by "/"
    repository: int | None
    column: str
    old: Any
    new: Any
    seen_at: str


@dataclass(frozen=True)
class CompleteList:
    """A list that was read to its end: stored rows of `table` that match `where` and are not in `keys` are gone."""

    table: str
    where: Mapping[str, Any]  # column -> value
    keys: frozenset[Any]  # values of the last key column


@dataclass
class Batch:
    """Changes that are stored in one transaction, together with the sync progress (`state`) that they make."""

    rows: dict[str, list[Row]] = field(default_factory=dict)  # table -> rows to upsert
    complete_lists: list[CompleteList] = field(default_factory=list)  # stored rows that they lack are gone
    immutable: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)  # table -> rows that never change
    gone: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)  # table -> keys of rows to mark as gone
    moved: list[tuple[str, int]] = field(default_factory=list)  # (new REST address, id) of transferred issues
    reachable_again: list[tuple[Any, ...]] = field(default_factory=list)  # keys of commits
    amended: dict[str, list[Row]] = field(default_factory=dict)  # table -> keys and new values of some columns
    named_by_rest: set[int] = field(default_factory=set)  # ids of accounts in `rows` that come from REST, not GraphQL
    rewritten: tuple[str, str | None] | None = None  # (old, new) head of a default branch whose history was rewritten
    unreadable: list[Unreadable] = field(default_factory=list)
    readable: list[tuple[str, str]] = field(default_factory=list)  # (kind, key) of objects that are fully served again
    readable_parts: list[tuple[str, str, str]] = field(default_factory=list)  # (kind, key, part) served again
    state: Row = field(default_factory=dict)  # new values for columns of sync_state

    def add(self, table: str, row: Row) -> None:
        """Add a row to upsert."""
        self.rows.setdefault(table, []).append(row)

    def clear(self) -> None:
        """Remove all contents but `state`, to free memory while a caller still refers to the batch."""
        for part in (
            self.rows,
            self.complete_lists,
            self.immutable,
            self.gone,
            self.moved,
            self.reachable_again,
            self.readable,
        ):
            part.clear()
        self.readable_parts.clear()
        self.amended.clear()
        self.named_by_rest.clear()
        self.unreadable.clear()


@dataclass
class Counts:
    """How many rows a batch changed."""

    inserted: int = 0
    updated: int = 0
    gone: int = 0
    unreadable: int = 0  # parts of objects that GitHub did not serve

    def __iadd__(self, other: "Counts") -> "Counts":
        self.inserted += other.inserted
        self.updated += other.updated
        self.gone += other.gone
        self.unreadable += other.unreadable
        return self


@dataclass(frozen=True)
class Witness:
    """The previous complete sync of a list: it should have seen every object from `since` to a day before `at`."""

    at: str  # from GitHub's clock, so that a wrong local clock makes nothing look late
    since: str  # the start of the database

    def should_have_seen(self, dated: str | None) -> bool:
        """Return whether an object with this creation time, not stored yet, is a late arrival."""
        if dated is None or not self.since <= dated < self.at:
            return False
        return clock.from_text(self.at) - clock.from_text(dated) > timedelta(days=1)
