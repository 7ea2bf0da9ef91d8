"""Plays a history to the pretend GitHub and syncs it for real, week by week: for attacks on what the sync witnesses.

It takes some seconds a history, where `record` takes a fraction of one, and must come to the same values.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from benchmarks.redteam.history import (
    LOOKBACK,
    PARTS,
    Advisory,
    Comment,
    Event,
    History,
    Issue,
    Person,
    Pull,
    Push,
    Release,
    Repo,
)
from collector.config import Config, Role
from collector.config.model import Project, TrackedRepository
from collector.emulator import git, pulls, releases, threads
from collector.emulator.accounts import Account
from collector.emulator.repository import Repository
from collector.emulator.server import GitHubEmulator
from collector.emulator.times import epoch
from collector.emulator.world import World
from collector.github.client import Bounds, GitHub
from collector.github.http import Http
from collector.github.rate_limits import Viewer
from collector.store.database import open_database
from collector.sync import run as syncing

Thread = threads.Issue | pulls.PullRequest


def sync(history: History, path: Path) -> sqlite3.Connection:
    """A database at `path` with what the syncs of the history saw."""
    builder = _Builder(history)
    builder.build()
    world = builder.world
    waited = 0.0

    def seconds() -> float:
        return epoch(world.now) + waited

    async def sleep(time: float) -> None:
        nonlocal waited
        waited += time
        await asyncio.sleep(0)

    server = GitHubEmulator(world, clock=seconds)
    tracked = tuple(TrackedRepository(repo.name, cast(Role, repo.role)) for repo in history.repos)
    for now in history.syncs:
        world.move(now)
        there = tuple(t for t, repo in zip(tracked, history.repos, strict=True) if repo.created_at <= now)
        config = configured(there)
        github = GitHub(
            Http("redteam", server.transport()),
            "https://api.github.com",
            "https://api.github.com/graphql",
            [Viewer(["token"])],
            Bounds(),
            clock=seconds,
            monotonic=seconds,
            sleep=sleep,
        )
        report = syncing.run(github, syncing.SyncRequest(config, path, now, since=LOOKBACK.date()), lambda db: None)
        if report.exit_code:
            raise RuntimeError(f"the sync at {now:%Y-%m-%d} ended with {report.exit_code}: {report.message}")
    return open_database(path)


def configured(repos: tuple[TrackedRepository, ...] = ()) -> Config:
    """The configuration of a history's project."""
    docs, rules = (f"{part}/**" for part in PARTS)
    return Config(
        projects=(Project("acme", "Acme", ("compute",), docs_paths=(docs,), rule_paths=(rules,), repos=repos),)
    )


class _Builder:
    """Calls the pretend GitHub's builders in the order of time."""

    def __init__(self, history: History) -> None:
        self.history = history
        if any(person.joined_at for person in (*history.team, *history.outsiders)):
            raise NotImplementedError("accounts that become members are only played into the tables")
        self.world = World(history.syncs[0])
        self.repos: dict[Repo, Repository] = {}
        self.threads: dict[Issue | Pull, Thread] = {}
        self.releases: dict[Release, releases.Release] = {}
        self.targets: dict[Release, git.Commit | None] = {}
        self.steps: list[tuple[datetime, int, Callable[[], Any]]] = []
        self.words = 0

    def plan(self, at: datetime, do: Callable[..., Any], *values: Any) -> None:
        self.steps.append((at, len(self.steps), partial(do, *values)))

    def build(self) -> None:
        h = self.history
        for repo in h.repos:
            if repo.renamed_at or repo.parent:
                raise NotImplementedError("renamed branches and forks are only played into the tables")
            self.plan(repo.created_at, self.repository, repo)
            if repo.hidden_at:
                self.plan(repo.hidden_at, self.hide, repo)
        for push in h.pushes:
            self.plan(push.at, self.push, push)
        for pull in h.pulls:
            self.plan(pull.at, self.open_pull, pull)
            for review in pull.reviews:
                self.plan(review.at, self.review, pull, review.author, review.state, review.at)
            for comment in pull.comments:
                self.plan(comment.at, self.comment, pull, comment)
            for event in pull.events:
                self.plan(event.at, self.pull_event, pull, event)
            if pull.merged_at:
                self.plan(pull.merged_at, self.merge, pull)
            elif pull.closed_at:
                self.plan(pull.closed_at, self.close, pull, None, pull.closed_at, "COMPLETED")
        for issue in h.issues:
            self.plan(issue.at, self.open_issue, issue)
            for comment in issue.comments:
                self.plan(max(comment.at, issue.at), self.comment, issue, comment)
            for event in issue.events:
                self.plan(max(event.at, issue.at), self.issue_event, issue, event)
            if issue.deleted_at:
                self.plan(issue.deleted_at, self.delete, issue)
        for advisory in h.advisories:
            self.plan(advisory.at, self.advise, advisory)
        for release in h.releases:
            if release.of is not None:
                self.plan(release.of, self.mark, release)
            self.plan(release.at, self.release, release)
            for at, draft in release.flips:
                self.plan(at, self.flip, release, at, draft)
            for at in release.tag_moves:
                self.plan(at, self.move_tag, release, at)
            if release.deleted_at:
                self.plan(release.deleted_at, self.delete_release, release)
        self.steps.sort(key=lambda step: step[:2])
        for at, _, do in self.steps:
            if at < h.syncs[-1]:
                do()

    def who(self, person: Person | None) -> Account | None:
        if person is None:
            return None
        return self.world.user(person.login, person.created_at, kind=person.kind)

    def repository(self, repo: Repo) -> None:
        self.repos[repo] = made = self.world.repository(repo.name, repo.created_at)
        members = [a for p in self.history.team if p.member and (a := self.who(p))]
        made.member(*members)

    def hide(self, repo: Repo) -> None:
        self.repos[repo].change(repo.hidden_at, private=True)

    def tip(self, repo: Repository, branch: str) -> git.Commit | None:
        oid = repo.tip(branch) or repo.tip("main")
        return self.world.git.commits[oid] if oid else None

    def push(self, push: Push) -> None:
        repo, tip = self.repos[push.repo], self.tip(self.repos[push.repo], push.branch)
        if push.takes or push.copies or push.merges:
            raise NotImplementedError("branches and repositories taken over are only played into the tables")
        for _ in range(push.back):
            assert tip is not None
            tip = self.world.git.commits[tip.parents[0]]
        for plan in push.commits:
            tip = repo.commit(
                plan.headline,
                self.who(plan.author),
                min(push.at, plan.authored_at or push.at),
                body="x" * plan.words,
                branch=push.branch,
                parents=[tip] if tip else [],
                files={plan.path: (plan.lines - plan.lines // 4, plan.lines // 4)},
                tree=plan.tree,
            )
        repo.push(tip, branch=push.branch, by=self.who(push.actor), at=push.at)

    def mark(self, release: Release) -> None:
        self.targets[release] = self.tip(self.repos[release.repo], release.branch)

    def release(self, release: Release) -> None:
        repo = self.repos[release.repo]
        target = self.targets.setdefault(release, self.tip(repo, release.branch))
        if release.only_tag:
            repo.tag(release.tag, target, release.at)
            return
        if release.tag in repo.tags:
            repo.tag(release.tag, target, release.at)
        self.releases[release] = repo.release(
            release.tag,
            self.who(release.author),
            release.at,
            target=target,
            prerelease=release.pre,
            body="x" * release.words,
        )

    def advise(self, advisory: Advisory) -> None:
        self.repos[advisory.repo].advisory(self.who(advisory.author), advisory.at, "x" * advisory.words)

    def flip(self, release: Release, at: datetime, draft: bool) -> None:
        self.releases[release].change(at, draft=draft)

    def move_tag(self, release: Release, at: datetime) -> None:
        self.repos[release.repo].tag(release.tag, None, at)

    def delete_release(self, release: Release) -> None:
        assert release.deleted_at
        if release in self.releases:
            self.releases[release].change(release.deleted_at, deleted=True)
        self.repos[release.repo].tags[release.tag].put(self.world.moment(release.deleted_at), deleted=True)

    def open_issue(self, issue: Issue) -> None:
        repo = self.repos[issue.repo]
        made = repo.issue(
            "An issue", self.who(issue.author), issue.at, created_at=issue.created_at, labels=issue.labels
        )
        self.threads[issue] = made

    def open_pull(self, pull: Pull) -> None:
        repo = self.repos[pull.repo]
        files = pull.files or {pull.path: pull.lines}
        named = [i for i in pull.closes if i in self.threads]
        body = "\n".join(f"Closes {i.repo.name}#{self.threads[i].number}" for i in named) + "x" * pull.words
        self.threads[pull] = repo.pull_request(
            pull.title,
            self.who(pull.author),
            pull.at,
            commits=max(1, len(pull.commits)),
            files={path: (lines - lines // 4, lines // 4) for path, lines in files.items()},
            base=pull.base,
            head=pull.head,
            fork=pull.outside,
            draft=pull.draft,
            body=body,
            closes=[t for i in named if isinstance(t := self.threads[i], threads.Issue)],
        )

    def pull(self, pull: Pull) -> pulls.PullRequest:
        made = self.threads[pull]
        assert isinstance(made, pulls.PullRequest)
        return made

    def review(self, pull: Pull, by: Person, state: str, at: datetime) -> None:
        self.pull(pull).review(self.who(by), state, at)

    def merge(self, pull: Pull) -> None:
        self.pull(pull).merge(self.who(pull.merger), pull.merged_at, pull.method)

    def comment(self, thing: Issue | Pull, comment: Comment) -> None:
        self.words += 1
        text = comment.text or "Answer " + "".join(chr(ord("a") + int(d)) for d in str(self.words))
        text += " " * (len(text) + 1 < comment.words) + "x" * (comment.words - len(text) - 1)
        self.threads[thing].comment(self.who(comment.author), text, comment.at)

    def close(self, thing: Issue | Pull, by: Person | None, at: datetime, reason: str) -> None:
        self.threads[thing].close(self.who(by), max(at, thing.at), reason)

    def issue_event(self, issue: Issue, event: Event) -> None:
        if event.kind == "ClosedEvent":
            self.close(issue, event.actor, event.at, event.reason or "COMPLETED")
        else:
            details = {"source": self.repos[event.source]} if event.source else {}
            self.threads[issue].event(event.kind, self.who(event.actor), max(event.at, issue.at), **details)

    def pull_event(self, pull: Pull, event: Event) -> None:
        by = self.who(event.actor)
        if event.kind == "ReadyForReviewEvent":
            self.pull(pull).ready(by, event.at)
        else:
            self.pull(pull).to_draft(by, event.at)

    def delete(self, issue: Issue) -> None:
        self.threads[issue].delete(issue.deleted_at)
