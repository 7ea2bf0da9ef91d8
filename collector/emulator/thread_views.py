"""GraphQL views of the world at one time: accounts, commits, issues, pull requests and discussions.

A view is a dict by field name. A callable value is called with the field's arguments, so that lists are only built
when they are requested. The key OBJECT holds the object that the view shows, to look up its oddities (oddities.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collector.emulator.accounts import Account
from collector.emulator.discussions import Discussion, DiscussionComment
from collector.emulator.git import Commit, File, Signature, digest
from collector.emulator.git_repository import GitRepository
from collector.emulator.node_ids import node_id
from collector.emulator.oddities import OBJECT, SAML
from collector.emulator.pagination import Refusal, connection, history
from collector.emulator.pulls import PullRequest, Review
from collector.emulator.threads import Comment, Event, Thread
from collector.emulator.world import World

Arguments = Mapping[str, Any]
View = dict[str, Any]
# The most files and commits of a pull request that GitHub lists:
# https://github.com/pytorch/pytorch/issues/120499 and https://github.com/dcoapp/app/issues/310
FILES = 3000
COMMITS = 10_000


class ThreadViews:
    """The views of accounts, commits and threads, at the world's current time and as the viewer may see them."""

    def __init__(self, world: World, viewer: Account) -> None:
        self.world, self.viewer, self.now, self.odd = world, viewer, world.now, world.odd
        self._accounts: dict[str, View] = {}

    def listed(
        self,
        items: Sequence[Any],
        arguments: Arguments,
        view: Callable[[Any], Any],
        key: Callable[[Any], Any],
        descending: bool = False,
    ) -> View:
        """Return a connection over `items` without omitted ones. Hidden items are replaced by null or an error."""
        shown, total = self.odd.listed(items, self.now)
        page = connection(shown, arguments, lambda item: self.seen(item, view), key, descending)
        return {**page, "totalCount": total}

    def seen(self, item: Any, view: Callable[[Any], Any]) -> Any:
        """Return the view of an item. If it is hidden or refused, return its error (answered as null) or None."""
        hidden, refusal = self.odd.hidden(item, self.now)
        if hidden:
            return refusal
        try:
            return view(item)
        except Refusal as refused:
            return refused

    # accounts

    def account(self, account: Account | None) -> View | None:
        """Return the view of an actor, None if the account is deleted."""
        if account is None or self.world.deleted.get(account, "~") <= self.now:
            return None
        if account.login not in self._accounts:
            self._accounts[account.login] = {
                OBJECT: account,
                "__typename": account.kind,
                "id": account.node_id,
                "databaseId": account.id,
                "login": account.login,
                "createdAt": account.created_at,
            }
        return self._accounts[account.login]

    def user(self, account: Account | None) -> View | None:
        """Return the view of an account for fields of the type User, None if it is not a User."""
        return self.account(account) if account and account.kind == "User" else None

    def association(self, repository: GitRepository, author: Account | None) -> str:
        """Return the CommentAuthorAssociation, which is the author's current one, as on GitHub."""
        shown = author not in repository.private_members or self.viewer in repository.associations
        if author in repository.associations and shown:
            return repository.associations[author]
        if author and author.kind == "Mannequin":
            return "MANNEQUIN"
        return "CONTRIBUTOR" if repository.contributors.get(author, "~") <= self.now else "NONE"

    # commits

    def commit(self, r: GitRepository, oid: str) -> View:
        """Return the view of a commit."""
        c = self.world.git.commits[oid]
        return {
            OBJECT: c,
            "__typename": "Commit",
            "id": node_id("C", r.id, oid),
            "oid": oid,
            "tree": {"oid": c.tree},
            "parents": lambda a: self.listed(list(enumerate(c.parents)), a, lambda p: {"oid": p[1]}, lambda p: (p[0],)),
            "authoredDate": c.authored_at,
            "committedDate": c.committed_at,
            "additions": c.additions,
            "deletions": c.deletions,
            "changedFilesIfAvailable": len(c.files),
            "messageHeadline": c.headline,
            "messageBody": c.body,
            "author": {"user": self.user(c.author)},
            "signature": self._signature(c.signature),
            "repository": lambda _: {"nameWithOwner": r.name},
            "associatedPullRequests": lambda a: self.listed(
                self._pulls_of(r, oid), a, self.thread, lambda p: (p.created_at, p.id)
            ),
            "history": lambda a: history(
                self._history(oid, a.get("since"), a.get("path")),
                a,
                lambda o: self.seen(self.world.git.commits[o], lambda _: self.commit(r, o)),
            ),
        }

    def _pulls_of(self, r: GitRepository, oid: str) -> Sequence[PullRequest]:
        """Return the pull requests that GitHub associates with a commit: the repository's, and those in its forks."""
        found = self.world.pulls_of(r, oid)
        return [p for p in found if self.odd.associated(p, p.get("merged_at", self.now), self.now)]

    def _history(self, oid: str, since: str | None, path: str | None) -> list[str]:
        """Return the history of a commit, without commits dated before `since` and those that did not touch `path`.

        As in `git log -- path`, a merge touches nothing that its parents did not.
        """
        git = self.world.git
        found = [git.commits[o] for o in git.history(oid)]
        if since is not None:
            found = [c for c in found if c.committed_at >= since]
        if path is not None:
            found = [
                c for c in found if len(c.parents) < 2 and any(f"{f.path}/".startswith(f"{path}/") for f in c.files)
            ]
        return [c.oid for c in found]

    def _signature(self, s: Signature | None) -> View | None:
        if s is None:
            return None
        return {
            OBJECT: s,
            "__typename": "GpgSignature",
            "state": s.state,
            "isValid": s.state == "VALID",
            "wasSignedByGitHub": s.by_github,
            "verifiedAt": s.verified_at,
            "signer": self.user(s.signer),
        }

    # issues, pull requests and discussions

    def thread(self, t: Thread) -> View:
        """Return the view of an issue, pull request or discussion."""
        now = self.now
        view: View = {
            OBJECT: t,
            "__typename": "Issue",
            "id": t.node_id,
            "databaseId": t.id,
            "fullDatabaseId": str(t.id),
            "number": t.number,
            "title": t.get("title", now),
            "body": t.get("body", now),
            "author": self.account(t.author),
            "authorAssociation": self.association(t.repository, t.author),
            "state": t.get("state", now),
            "locked": t.get("locked", now),
            "createdAt": t.created_at,
            "updatedAt": t.updated_at(now),
            "closedAt": t.get("closed_at", now),
            "labels": lambda a: self.listed(t.get("labels", now), a, lambda n: {"name": n}, lambda n: (n,)),
            "comments": lambda a: self.listed(
                list(self._comments(t)), a, lambda c: self._comment(t.repository, c), lambda c: (c.at, c.id)
            ),
            "timelineItems": lambda a: self._timeline(t, a),
            "repository": {"nameWithOwner": t.repository.name},
        }
        if isinstance(t, PullRequest):
            return {**view, **self._pull_request(t)}
        view["stateReason"] = t.get("state_reason", now)
        return {**view, **self._discussion(t)} if isinstance(t, Discussion) else view

    def _discussion(self, t: Discussion) -> View:
        now, category, answer = self.now, t.get("category", self.now), t.get("answer", self.now)
        return {
            "__typename": "Discussion",
            "category": {"name": category.name, "isAnswerable": category.answerable},
            "answer": self.discussion_comment(answer) if answer and answer.is_there(now) else None,
            "answerChosenAt": t.get("answer_at", now),
            "answerChosenBy": self.account(t.get("answer_by", now)),
            "comments": lambda a: self._said([c for c in t.said if c.reply_to is None and c.is_there(now)], a),
        }

    def _said(self, comments: Sequence[DiscussionComment], arguments: Arguments) -> View:
        return self.listed(comments, arguments, self.discussion_comment, lambda c: (c.at, c.id))

    def discussion_comment(self, c: DiscussionComment) -> View:
        """Return the view of a comment on a discussion. A deleted one has neither author nor text."""
        gone = c.get("deleted", self.now)
        view = self._comment(c.discussion.repository, c)
        return {
            **view,
            "__typename": "DiscussionComment",
            "id": c.node_id,
            "author": None if gone else view["author"],
            "body": "" if gone else view["body"],
            "deletedAt": c.last_change(self.now) if gone else None,
            "replies": lambda a: self._said(c.replies(self.now), a),
        }

    def _pull_request(self, t: PullRequest) -> View:
        now, files, commits = self.now, t.get("files", self.now), t.get("commits", self.now)
        merge_commit: Commit | None = t.get("merge_commit", now)
        return {
            "__typename": "PullRequest",
            "isDraft": t.get("draft", now),
            "isCrossRepository": t.fork,
            "mergedAt": t.get("merged_at", now),
            "mergedBy": self.account(t.get("merged_by", now)),
            "mergeCommit": lambda _: self.commit(t.repository, merge_commit.oid) if merge_commit else None,
            "lastEditedAt": t.last_change_of("body", now),
            "baseRefName": t.get("base", now),
            "headRefName": t.head,
            "headRefOid": commits[-1].oid if commits else digest("no commits", t.id),
            "additions": lambda _: sum(f.additions for f in files),
            "deletions": lambda _: sum(f.deletions for f in files),
            "changedFiles": len(files),
            "baseRepository": lambda _: self.named(t.repository),
            "reviews": lambda a: self.listed(
                [r for r in t.reviews if r.at <= now and not r.get("deleted", now)],
                a,
                lambda r: self._review(t.repository, r),
                lambda r: (r.at, r.id),
            ),
            "files": lambda a: self.listed(files[:FILES], a, self._file, lambda f: (f.path,)),
            "commits": lambda a: self.listed(
                list(enumerate(commits[:COMMITS])),
                a,
                lambda c: {"commit": self.commit(t.repository, c[1].oid)},
                lambda c: (c[0],),
            ),
        }

    def named(self, r: GitRepository) -> View:
        """Return the few fields of a repository that another object refers to."""
        self.odd.refuse(r.name.partition("/")[0], self.viewer, self.now)
        return {
            OBJECT: r,
            "__typename": "Repository",
            "id": r.node_id,
            "databaseId": r.id,
            "nameWithOwner": r.name,
        }

    def _comments(self, t: Thread) -> Sequence[Comment]:
        return [c for c in t.comments if c.at <= self.now and not c.get("deleted", self.now)]

    def _comment(self, r: GitRepository, c: Comment) -> View:
        return {
            OBJECT: c,
            "id": node_id("IC", r.id, c.id),
            "databaseId": c.id,
            "fullDatabaseId": str(c.id),
            "author": self.account(c.author),
            "authorAssociation": self.association(r, c.author),
            "createdAt": c.at,
            "updatedAt": c.last_change(self.now),
            "body": c.get("body", self.now),
        }

    def _review(self, r: GitRepository, review: Review) -> View:
        return {
            OBJECT: review,
            "id": node_id("PRR", r.id, review.id),
            "databaseId": review.id,
            "fullDatabaseId": str(review.id),
            "author": self.account(review.author),
            "authorAssociation": self.association(r, review.author),
            "state": review.get("state", self.now),
            "submittedAt": review.at,
            "body": review.get("body", self.now),
        }

    def _file(self, f: File) -> View:
        return {OBJECT: f, "path": f.path, "additions": f.additions, "deletions": f.deletions, "changeType": f.change}

    def _timeline(self, t: Thread, arguments: Arguments) -> View:
        wanted = {kind.replace("_", "").lower() for kind in arguments.get("itemTypes") or ()}
        there = [e for e in t.events_at(self.now) if not wanted or e.kind.lower() in wanted]
        return self.listed(there, arguments, lambda e: self._event(t, e), lambda e: (e.at, e.id))

    def _event(self, t: Thread, e: Event) -> View:
        view: View = {
            OBJECT: e,
            "__typename": e.kind,
            "id": node_id("EV", e.id),
            "createdAt": e.at,
            "actor": self.account(e.actor),
        }
        details = e.details
        if e.kind == "ClosedEvent":
            closer = details["closer"]
            view["stateReason"] = details["reason"]
            view["closer"] = self.commit(t.repository, closer.oid) if isinstance(closer, Commit) else closer
            if isinstance(closer, Thread):
                view["closer"] = self.thread(closer)
        elif e.kind == "CrossReferencedEvent":
            self._require_access(details["source"].repository)
            view["source"] = self.thread(details["source"])
            view["willCloseTarget"] = details["will_close"]
        elif e.kind in ("ConnectedEvent", "DisconnectedEvent"):
            view["subject"] = self.thread(details["subject"])
        elif e.kind == "TransferredEvent":
            view["fromRepository"] = {"nameWithOwner": details["source"].name} if details.get("source") else None
        elif e.kind == "ReviewDismissedEvent":
            view["review"] = self._review(t.repository, details["review"]) if details.get("review") else None
        elif e.kind == "ConvertedToDiscussionEvent":
            there = details.get("discussion")
            view["discussion"] = self.thread(there) if there and there.is_there(self.now) else None
        elif e.kind == "LabeledEvent":
            view["label"] = {"name": details["label"]}
        return view

    def _require_access(self, r: GitRepository) -> None:
        """Raise the error for an event whose source is in a repository that the token may not read."""
        owner = r.name.partition("/")[0]
        if self.odd.refused(owner, self.viewer, self.now):
            raise Refusal(SAML, "FORBIDDEN", {"saml_failure": True})
