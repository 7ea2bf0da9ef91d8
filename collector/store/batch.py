"""What a fetcher hands over to be stored: rows by table, what is gone, and how far the sync has come with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from collector import clock
from collector.store.unserved import UNSERVED

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """How rows of a table are told apart, and of which columns a change is kept: most should never have one."""

    name: str
    key: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    dated: str | None = None  # the column that says when GitHub made the object
    kept: tuple[str, ...] = ()  # columns in which a value is never replaced by NULL, nor NULL by a value a change


TABLES = {
    t.name: t
    for t in (
        Table("accounts", ("id",), ("created_at",), kept=("created_at",)),
        Table("repositories", ("id",), ("created_at", "default_branch")),
        Table(
            "releases",
            ("id",),
            ("published_at", "tag_oid", "tag_name"),
            dated="published_at",
            kept=UNSERVED["releases"],
        ),
        # A tag of a blob or a tree leads to no commit, so a NULL may well replace an oid.
        Table("tags", ("repository", "name"), ("oid",), kept=("target_oid",)),
        Table(
            "commits", ("repository", "oid"), ("committed_at", "tree_oid"), kept=(*UNSERVED["commits"], "changed_files")
        ),
        Table("issues", ("id",), ("created_at", "author", "number"), dated="created_at", kept=UNSERVED["issues"]),
        Table("issue_labels", ("issue", "name")),
        Table(
            "pull_requests",
            ("id",),
            ("created_at", "merged_at", "author", "number"),
            dated="created_at",
            kept=(*UNSERVED["pull_requests"], "diff_of"),
        ),
        Table("pull_request_files", ("pull_request", "path"), kept=UNSERVED["pull_request_files"]),
        Table("pull_request_commits", ("pull_request", "oid"), kept=UNSERVED["pull_request_commits"]),
        Table("comments", ("id",), ("created_at", "author"), kept=UNSERVED["comments"]),
        Table("reviews", ("id",), ("submitted_at", "author"), kept=UNSERVED["reviews"]),
        Table("events", ("id",), ("created_at",), kept=UNSERVED["events"]),
        Table("pushes", ("id",), ("pushed_at", "after_oid"), kept=UNSERVED["pushes"]),
    )
}
# Parents before children, so that foreign keys hold.
ORDER = tuple(TABLES)


@dataclass(frozen=True)
class Unreadable:
    """A part of an object that GitHub lists and does not serve; `part` is a field or list, empty for the object."""

    kind: str
    key: str
    part: str
    url: str
    error: str


class Change(NamedTuple):
    """A row of the table `changes`: the value that a column had until now, and its new one."""

    table: str
    key: str  # the row's id, or the parts of its key with "/" between
    repository: int | None
    column: str
    old: Any
    new: Any
    seen_at: str


@dataclass(frozen=True)
class Whole:
    """Says that a batch holds all rows of `table` where the columns of `where` have these values: others are gone."""

    table: str
    where: Mapping[str, Any]
    keys: frozenset[Any]  # of the last key column


@dataclass
class Batch:
    """Rows that belong together, and how far the sync has come once they are stored."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    whole: list[Whole] = field(default_factory=list)
    plain: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)  # tables without first_seen_at: whole rows
    gone: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)  # keys of rows found to be gone
    moved: list[tuple[str, int]] = field(default_factory=list)  # new address and id of issues that were transferred
    back: list[tuple[Any, ...]] = field(default_factory=list)  # keys of commits that are reachable again
    amended: dict[str, list[Row]] = field(default_factory=dict)  # keys and single columns of rows that are stored
    named_by_rest: set[int] = field(default_factory=set)  # accounts of `rows` that REST has named, not GraphQL
    rewritten: tuple[str, str | None] | None = None  # the default branch's old head, which its new head does not reach
    unreadable: list[Unreadable] = field(default_factory=list)
    readable: list[tuple[str, str]] = field(default_factory=list)  # (kind, key) of objects served whole again
    readable_parts: list[tuple[str, str, str]] = field(default_factory=list)  # (kind, key, part) served again
    state: Row = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Add a row."""
        self.rows.setdefault(table, []).append(row)

    def clear(self) -> None:
        """Let go of all rows, whoever still holds the batch."""
        for part in (self.rows, self.whole, self.plain, self.gone, self.moved, self.back, self.readable):
            part.clear()
        self.readable_parts.clear()
        self.amended.clear()
        self.named_by_rest.clear()
        self.unreadable.clear()


@dataclass
class Counts:
    """What a batch changed."""

    inserted: int = 0
    updated: int = 0
    gone: int = 0
    unreadable: int = 0  # parts of objects that GitHub does not serve

    def __iadd__(self, other: "Counts") -> "Counts":
        self.inserted += other.inserted
        self.updated += other.updated
        self.gone += other.gone
        self.unreadable += other.unreadable
        return self


@dataclass(frozen=True)
class Witness:
    """The previous complete sync of a kind, which should have seen what is dated a day before it and within its range.

    `at` is a time of GitHub's own that had been seen by then, so that no clock of ours can accuse anyone.
    """

    at: str
    since: str

    def should_have_seen(self, dated: str | None) -> bool:
        """Whether an object of this date, not stored yet, arrives late."""
        if dated is None or not self.since <= dated < self.at:
            return False
        return clock.from_text(self.at) - clock.from_text(dated) > timedelta(days=1)
