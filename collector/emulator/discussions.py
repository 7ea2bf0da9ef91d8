"""Discussions: threads without a timeline, whose comments may have replies, one of which may be the answer."""

from dataclasses import dataclass
from typing import Any, Self

from collector.emulator.accounts import Account
from collector.emulator.git_repository import GitRepository
from collector.emulator.node_ids import node_id
from collector.emulator.threads import Comment, Thread
from collector.emulator.times import Moment


@dataclass(frozen=True)
class Category:
    """A category of discussions; in an answerable one a comment can be marked as the answer."""

    name: str
    answerable: bool = False


QUESTIONS = Category("Q&A", answerable=True)
IDEAS = Category("Ideas")


class DiscussionComment(Comment):
    """A comment on a discussion, or with `reply_to` a reply to one."""

    def __init__(
        self,
        discussion: "Discussion",
        author: Account | None,
        body: str,
        at: str,
        reply_to: "DiscussionComment | None" = None,
    ) -> None:
        super().__init__(discussion.world.new_id(), author, body, at)
        self.discussion, self.reply_to = discussion, reply_to
        self.node_id = node_id("DC", discussion.repository.id, self.id)
        discussion.world.nodes[self.node_id] = self

    def is_there(self, now: str) -> bool:
        """Return whether it exists at `now`. A deleted comment stays, without its text, while it has replies."""
        return self.at <= now and (not self.get("deleted", now) or any(self.replies(now)))

    def replies(self, now: str) -> "list[DiscussionComment]":
        """Return its replies that exist at `now`."""
        said = (c for c in self.discussion.said if c.reply_to is self)
        return [c for c in said if c.at <= now and not c.get("deleted", now)]


class Discussion(Thread):
    """A discussion. It has a number of the repository's issues, and no timeline."""

    prefix = "D"

    def __init__(
        self,
        repository: GitRepository,
        title: str,
        author: Account | None,
        at: str,
        created_at: str,
        body: str,
        category: Category,
    ) -> None:
        values = {"body": body, "category": category, "state_reason": None}
        super().__init__(
            repository, title, author, at, created_at, **values, answer=None, answer_at=None, answer_by=None
        )
        self.said: list[DiscussionComment] = []

    def comment(
        self,
        by: Account | None,
        body: str = "A comment.",
        at: Moment | None = None,
        reply_to: DiscussionComment | None = None,
    ) -> DiscussionComment:
        """Add a comment, or with `reply_to` a reply to one."""
        comment = DiscussionComment(self, by, body, self.touch(self.world.moment(at)), reply_to)
        self.said.append(comment)
        return comment

    def delete_comment(self, comment: Comment, by: Account | None = None, at: Moment | None = None) -> None:
        """Delete a comment. `updatedAt` does not change."""
        comment.put(self.world.moment(at), deleted=True)

    def choose(self, comment: DiscussionComment | None, by: Account | None, at: Moment | None = None) -> Self:
        """Mark a comment as the answer; None takes the mark back."""
        moment = self.touch(self.world.moment(at))
        chosen = comment is not None
        return self.put(moment, answer=comment, answer_at=moment if chosen else None, answer_by=by if chosen else None)

    def close(self, by: Account | None, at: Moment | None = None, reason: str = "RESOLVED", closer: Any = None) -> Self:
        """Close it. `reason` is RESOLVED, OUTDATED or DUPLICATE. GitHub does not serve who closed it."""
        moment = self.touch(self.world.moment(at))
        return self.put(moment, state="CLOSED", closed_at=moment, state_reason=reason)

    def reopen(self, by: Account | None, at: Moment | None = None) -> Self:
        """Reopen it."""
        return self.put(self.touch(self.world.moment(at)), state="OPEN", closed_at=None, state_reason="REOPENED")
