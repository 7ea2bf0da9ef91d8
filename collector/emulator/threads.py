"""Issues, and what they have in common with pull requests and discussions."""

from bisect import bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from collector.emulator.accounts import Account
from collector.emulator.git import Commit
from collector.emulator.git_repository import GitRepository
from collector.emulator.node_ids import node_id
from collector.emulator.times import Moment, Record


@dataclass(frozen=True)
class Event:
    """A timeline item; `kind` is its GraphQL type."""

    kind: str
    id: int
    at: str
    actor: Account | None
    details: dict[str, Any] = field(default_factory=dict)


class Comment(Record):
    """A comment, with the attributes body and deleted."""

    def __init__(self, number: int, author: Account | None, body: str, at: str) -> None:
        super().__init__(at, body=body, deleted=False)
        self.id, self.author = number, author


class Thread(Record):
    """An issue, a pull request or a discussion.

    `at` is when it appeared in this repository; `created_at` is earlier if it was imported or transferred.
    """

    prefix = ""

    def __init__(
        self, repository: GitRepository, title: str, author: Account | None, at: str, created_at: str, **values: Any
    ) -> None:
        shared = {"title": title, "state": "OPEN", "closed_at": None, "locked": False, "labels": (), "deleted": False}
        super().__init__(at, **shared, **values)
        self.repository, self.world, self.author, self.created_at = repository, repository.world, author, created_at
        self.id = self.world.new_id()
        self.node_id = node_id(self.prefix, repository.id, self.id)
        self.number = repository.new_number()
        self.comments: list[Comment] = []
        self.events: list[Event] = []
        self.moved_to: Thread | None = None
        self.touched = [at]
        self.world.nodes[self.node_id] = self

    def is_there(self, now: str) -> bool:
        """Return whether it exists in its repository at `now`."""
        return self.at <= now and not self.get("deleted", now)

    def updated_at(self, now: str) -> str:
        """Return `updatedAt`: the time of its latest update up to `now`."""
        return self.touched[max(0, bisect_right(self.touched, now) - 1)]

    def touch(self, at: str) -> str:
        """Set `updatedAt` to `at`, and return `at`."""
        insort(self.touched, at)
        return at

    def event(self, kind: str, by: Account | None = None, at: Moment | None = None, **details: Any) -> Event:
        """Add a timeline item of the GraphQL type `kind`."""
        event = Event(kind, self.world.new_id(), self.touch(self.world.moment(at)), by, details)
        self.events.append(event)
        return event

    def comment(self, by: Account | None, body: str = "A comment.", at: Moment | None = None) -> Comment:
        """Add a comment."""
        comment = Comment(self.world.new_id(), by, body, self.touch(self.world.moment(at)))
        self.comments.append(comment)
        return comment

    def delete_comment(self, comment: Comment, by: Account | None = None, at: Moment | None = None) -> None:
        """Delete a comment, which adds a CommentDeletedEvent."""
        comment.put(self.event("CommentDeletedEvent", by, at).at, deleted=True)

    def close(
        self,
        by: Account | None,
        at: Moment | None = None,
        reason: str = "COMPLETED",
        closer: "Thread | Commit | None" = None,
    ) -> Self:
        """Close it. `reason` is COMPLETED, NOT_PLANNED or DUPLICATE; `closer` the pull request or commit that did."""
        event = self.event("ClosedEvent", by, at, reason=reason, closer=closer, closer_repository=self.repository)
        self.put(event.at, state="CLOSED", closed_at=event.at, **self._reason(reason))
        return self

    def reopen(self, by: Account | None, at: Moment | None = None) -> Self:
        """Reopen it."""
        self.put(self.event("ReopenedEvent", by, at).at, state="OPEN", closed_at=None, **self._reason("REOPENED"))
        return self

    def _reason(self, reason: str) -> dict[str, str]:
        return {}

    def label(self, name: str, by: Account | None = None, at: Moment | None = None) -> Self:
        """Add a label."""
        moment = self.event("LabeledEvent", by, at, label=name).at
        return self.put(moment, labels=(*self.get("labels", moment), name))

    def lock(self, by: Account | None = None, at: Moment | None = None) -> Self:
        """Lock its conversation."""
        return self.put(self.event("LockedEvent", by, at).at, locked=True)

    def edit(self, at: Moment | None = None, *, silent: bool = False, **values: Any) -> Self:
        """Set title, body or locked; `silent` does not change `updatedAt`."""
        moment = self.world.moment(at)
        if not silent:
            self.touch(moment)
        return self.put(moment, **values)

    def delete(self, at: Moment | None = None) -> None:
        """Delete it at that time."""
        self.put(self.world.moment(at), deleted=True)

    def events_at(self, now: str) -> Iterator[Event]:
        """Return its timeline items up to `now`, oldest first."""
        return iter(sorted((e for e in self.events if e.at <= now), key=lambda e: (e.at, e.id)))


class Issue(Thread):
    """An issue."""

    prefix = "I"

    def __init__(
        self,
        repository: GitRepository,
        title: str,
        author: Account | None,
        at: str,
        created_at: str,
        body: str,
        labels: tuple[str, ...],
    ) -> None:
        super().__init__(repository, title, author, at, created_at, body=body, state_reason=None)
        self.put(at, labels=labels)

    def _reason(self, reason: str) -> dict[str, str]:
        return {"state_reason": reason}

    def refer(self, by: Thread, at: Moment | None = None, *, will_close: bool = False) -> Event:
        """Let a pull request mention this issue, which adds a CrossReferencedEvent."""
        return self.event("CrossReferencedEvent", by.author, at or by.at, source=by, will_close=will_close)

    def connect(self, pull_request: Thread, by: Account | None, at: Moment | None = None) -> Event:
        """Link a pull request manually, which adds a ConnectedEvent."""
        return self.event("ConnectedEvent", by, at, subject=pull_request)

    def disconnect(self, pull_request: Thread, by: Account | None, at: Moment | None = None) -> Event:
        """Remove a manual link, which adds a DisconnectedEvent."""
        return self.event("DisconnectedEvent", by, at, subject=pull_request)
