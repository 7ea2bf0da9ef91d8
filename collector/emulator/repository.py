"""The repository builder: releases, issues, pull requests and discussions, beside the git side of a repository."""

from collections.abc import Sequence
from typing import Any, Self

from collector.emulator.accounts import Account
from collector.emulator.discussions import QUESTIONS, Category, Discussion
from collector.emulator.git import Commit
from collector.emulator.git_repository import Files, GitRepository
from collector.emulator.pulls import PullRequest
from collector.emulator.releases import Release
from collector.emulator.threads import Issue, Thread
from collector.emulator.times import Moment, Record, instant
from collector.emulator.world_state import WorldState


class Advisory(Record):
    """A security advisory, with the attributes description and withdrawn."""

    def __init__(self, number: int, author: Account | None, at: str, description: str) -> None:
        super().__init__(at, description=description, withdrawn=False)
        self.id, self.author = f"GHSA-{number:04}", author

    def change(self, at: str, **values: Any) -> Self:
        """Set attributes from `at` on."""
        return self.put(at, **values)


class Repository(GitRepository):
    """A repository."""

    def __init__(self, world: WorldState, full_name: str, created_at: str, **values: Any) -> None:
        super().__init__(world, full_name, created_at, **values)
        self.releases: list[Release] = []
        self.advisories: list[Advisory] = []
        self.threads: dict[int, Thread] = {}

    def release(
        self,
        tag: str,
        by: Account | None = None,
        at: Moment | None = None,
        *,
        target: Commit | None = None,
        name: str | None = None,
        body: str = "",
        draft: bool = False,
        prerelease: bool = False,
    ) -> Release:
        """Create a release of a tag, and the tag if it does not exist."""
        moment = self.world.moment(at)
        if tag not in self.tags:
            self.tag(tag, target, moment)
        created_at = self.tags[tag].latest("target").committed_at
        values = {"tag": tag, "name": tag if name is None else name, "body": body}
        release = Release(self.world, by, created_at, moment, draft=draft, prerelease=prerelease, **values)
        self.releases.append(release)
        return release

    def advisory(self, by: Account | None = None, at: Moment | None = None, description: str = "") -> Advisory:
        """Publish a security advisory."""
        advisory = Advisory(self.world.new_id(), by, self.world.moment(at), description)
        self.advisories.append(advisory)
        return advisory

    def issue(
        self,
        title: str = "An issue",
        by: Account | None = None,
        at: Moment | None = None,
        *,
        body: str = "",
        labels: Sequence[str] = (),
        created_at: Moment | None = None,
    ) -> Issue:
        """Create an issue. With an earlier `created_at` it is an imported one."""
        moment = self.world.moment(at)
        created = moment if created_at is None else instant(created_at)
        issue = Issue(self, title, by, moment, created, body, tuple(labels))
        self.threads[issue.number] = issue
        return issue

    def discussion(
        self,
        title: str = "A question",
        by: Account | None = None,
        at: Moment | None = None,
        *,
        body: str = "",
        category: Category = QUESTIONS,
        created_at: Moment | None = None,
    ) -> Discussion:
        """Create a discussion. It is only shown while the repository `has_discussions`."""
        moment = self.world.moment(at)
        created = moment if created_at is None else instant(created_at)
        discussion = Discussion(self, title, by, moment, created, body, category)
        self.threads[discussion.number] = discussion
        return discussion

    def pull_request(
        self,
        title: str = "A pull request",
        by: Account | None = None,
        at: Moment | None = None,
        *,
        commits: int = 1,
        files: Files | None = None,
        lines: int = 20,
        base: str | None = None,
        head: str | None = None,
        fork: bool = False,
        draft: bool = False,
        body: str = "",
        closes: Sequence[Issue] = (),
        created_at: Moment | None = None,
    ) -> PullRequest:
        """Create a pull request from the branch `head` if it exists, otherwise from `commits` new commits."""
        moment = self.world.moment(at)
        base = base or self.latest("default_branch")
        created = moment if created_at is None else instant(created_at)
        name = head or f"topic-{self._numbers + 1}"
        pull_request = PullRequest(
            self, title, by, moment, created, base=base, head=name, fork=fork, draft=draft, body=body
        )
        self.threads[pull_request.number] = pull_request
        if head in self._tips:
            pull_request.take_branch(moment)
        else:
            pull_request.push(commits, files=files, lines=lines, at=moment)
        for issue in closes:
            issue.refer(pull_request, moment, will_close=True)
            pull_request.closes.append(issue)
        return pull_request

    def transfer(self, issue: Issue, to: "Repository", by: Account | None = None, at: Moment | None = None) -> Issue:
        """Transfer an issue to another repository, with its date, text and comments. Returns the issue there."""
        moment = self.world.moment(at)
        there = to.issue(
            issue.get("title", moment),
            issue.author,
            moment,
            created_at=issue.created_at,
            body=issue.get("body", moment),
            labels=issue.get("labels", moment),
        )
        there.comments += [c for c in issue.comments if c.at <= moment]
        there.events += [e for e in issue.events if e.at <= moment]
        there.event("TransferredEvent", by, moment, source=self)
        issue.moved_to = there
        issue.delete(moment)
        return there

    def convert(
        self,
        issue: Issue,
        by: Account | None,
        at: Moment | None = None,
        category: Category = QUESTIONS,
        named: bool = True,
    ) -> Discussion:
        """Convert an issue to a discussion with its date, author, text and comments.

        The issue stays, closed and locked, and its event names the discussion unless `named` is False.
        https://docs.github.com/en/discussions/managing-discussions-for-your-community/moderating-discussions#converting-an-issue-to-a-discussion
        """
        moment = self.world.moment(at)
        values = {"created_at": issue.created_at, "body": issue.get("body", moment), "category": category}
        there = self.discussion(issue.get("title", moment), issue.author, moment, **values)
        for said in issue.comments:
            if said.at <= moment and not said.get("deleted", moment):
                there.comment(said.author, said.get("body", moment), said.at)
        issue.event("ConvertedToDiscussionEvent", by, moment, discussion=there if named else None)
        issue.put(moment, state="CLOSED", closed_at=moment, locked=True)
        return there
