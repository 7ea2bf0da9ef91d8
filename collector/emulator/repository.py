"""The repository builder: attributes, commits and pushes, tags and releases, issues, pull requests and discussions."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from collector.emulator.accounts import Account
from collector.emulator.discussions import QUESTIONS, Category, Discussion
from collector.emulator.git import Commit, File, Signature
from collector.emulator.node_ids import node_id
from collector.emulator.pulls import Files, PullRequest
from collector.emulator.releases import Release, Tag
from collector.emulator.threads import Issue, Thread
from collector.emulator.times import Moment, Record, instant

if TYPE_CHECKING:
    from collector.emulator.world import World

NOTHING = "0" * 40
DEFAULTS: dict[str, Any] = {
    "default_branch": "main",
    "description": None,
    "homepage": None,
    "archived": False,
    "private": False,
    "deleted": False,
    "blocked": False,
    "disabled": False,
    "has_issues": True,
    "has_pull_requests": True,
    "has_discussions": False,
    "stars": 0,
    "forks": 0,
    "language": None,
    "license": None,
    "parent": None,
    "activity_from": "",  # older pushes are not in the push log
}


class Advisory(Record):
    """A security advisory, with the attributes description and withdrawn."""

    def __init__(self, number: int, author: Account | None, at: str, description: str) -> None:
        super().__init__(at, description=description, withdrawn=False)
        self.id, self.author = f"GHSA-{number:04}", author

    def change(self, at: str, **values: Any) -> Self:
        """Set attributes from `at` on."""
        return self.put(at, **values)


@dataclass(frozen=True)
class Push:
    """A row of the push log."""

    at: str
    id: int
    ref: str
    before: str
    after: str
    kind: str
    actor: Account | None


class Repository(Record):
    """A repository. Its attributes are those in DEFAULTS, and `name` (owner/name)."""

    def __init__(self, world: "World", full_name: str, created_at: str, **values: Any) -> None:
        super().__init__(created_at, name=full_name, **DEFAULTS)
        self.put(created_at, **values)
        self.world = world
        self.id = world.new_id()
        self.node_id = node_id("R", self.id)
        self.pushes: list[Push] = []
        self.tags: dict[str, Tag] = {}
        self.releases: list[Release] = []
        self.advisories: list[Advisory] = []
        self.threads: dict[int, Thread] = {}
        self.associations: dict[Account, str] = {}
        self.private_members: set[Account] = set()
        self._pulls_of: dict[str, list[PullRequest]] = {}
        self.readable_from: dict[str, str] = {}  # oid -> since when it can be read here
        self._tips: dict[str, str] = {}
        self._numbers = 0

    @property
    def name(self) -> str:
        """owner/name at the world's current time."""
        return str(self.get("name", self.world.now))

    def former_names(self) -> list[str]:
        """Return its previous names, in lower case."""
        named = zip(self._times["name"], self._values["name"], strict=True)
        return [name.lower() for at, name in named if at <= self.world.now and name != self.name]

    def change(self, at: Moment | None = None, **values: Any) -> Self:
        """Set attributes from `at` on, such as change(name="acme/motor") or change(archived=True)."""
        return self.put(self.world.moment(at), **values)

    def member(self, *accounts: Account, association: str = "MEMBER", private: bool = False) -> Self:
        """Set the association of accounts: OWNER, MEMBER or COLLABORATOR. Only members see a private membership."""
        self.associations.update(dict.fromkeys(accounts, association))
        if private:
            self.private_members.update(accounts)
        return self

    def new_number(self) -> int:
        """Return the number for the next issue, pull request or discussion."""
        self._numbers += 1
        return self._numbers

    # commits and pushes

    def tip(self, branch: str | None = None) -> str | None:
        """Return the branch's latest commit, pushed or not: the parent of its next commit."""
        return self._tips.get(branch or self.latest("default_branch"))

    def commit(
        self,
        headline: str = "A change",
        by: Account | None = None,
        at: Moment | None = None,
        *,
        body: str = "",
        branch: str | None = None,
        parents: Sequence[Commit] | None = None,
        lines: int = 20,
        files: Files | None = None,
        tree: str | None = None,
        authored_at: Moment | None = None,
        signature: Signature | None = None,
    ) -> Commit:
        """Commit to a branch without pushing. `at` is the committer date, and the author date if none is given."""
        branch = branch or self.latest("default_branch")
        tip = self.tip(branch)
        committed_at = self.world.moment(at)
        files = {"src/main.py": (lines, 0)} if files is None else files
        commit = self.world.git.add(
            headline,
            parents=((tip,) if tip else ()) if parents is None else tuple(p.oid for p in parents),
            author=by,
            authored_at=committed_at if authored_at is None else instant(authored_at),
            committed_at=committed_at,
            files=tuple(File(path, plus, minus) for path, (plus, minus) in files.items()),
            tree=tree,
            signature=signature,
            body=body,
        )
        self._tips[branch] = commit.oid
        return commit

    def push(
        self,
        to: Commit | None = None,
        *,
        branch: str | None = None,
        by: Account | None = None,
        at: Moment | None = None,
        kind: str | None = None,
    ) -> Push:
        """Push a branch's commits, or set it to `to`. Without `kind`, the kind is derived from the commit graph."""
        branch = branch or self.latest("default_branch")
        after = to.oid if to else self._tips[branch]
        ref = f"refs/heads/{branch}"
        before = next((p.after for p in reversed(self.pushes) if p.ref == ref), NOTHING)
        if kind is None:
            kind = "branch_creation" if before == NOTHING else "push"
            if before != NOTHING and before not in self.world.git.reachable([after]):
                kind = "force_push"
        return self._log(branch, before, after, kind, by, self.world.moment(at))

    def delete_branch(self, branch: str, by: Account | None = None, at: Moment | None = None) -> Push:
        """Delete a branch. Its commits can still be read by oid."""
        return self._log(branch, self._tips.pop(branch), NOTHING, "branch_deletion", by, self.world.moment(at))

    def _log(self, branch: str, before: str, after: str, kind: str, by: Account | None, at: str) -> Push:
        push = Push(at, self.world.new_id(), f"refs/heads/{branch}", before, after, kind, by)
        insort(self.pushes, push, key=lambda p: (p.at, p.id))
        if after != NOTHING:
            self._tips[branch] = after
            self._mark_readable(after, at)
        return push

    def _mark_readable(self, head: str, at: str) -> None:
        """Record that the commits reachable from `head` can be read in this repository from `at` on."""
        todo = [head]
        while todo:
            oid = todo.pop()
            if self.readable_from.get(oid, "~") > at:
                self.readable_from[oid] = at
                todo += self.world.git.commits[oid].parents

    def head(self, now: str, branch: str | None = None) -> str | None:
        """Return the oid that a branch (by default the default branch) points to at `now`."""
        ref = f"refs/heads/{branch or self.get('default_branch', now)}"
        for push in reversed(self.pushes[: bisect_right(self.pushes, now, key=lambda p: p.at)]):
            if push.ref == ref:
                return None if push.after == NOTHING else push.after
        return None

    # tags and releases

    def tag(
        self,
        name: str,
        target: Commit | None = None,
        at: Moment | None = None,
        *,
        annotated: bool = False,
        kind: str = "Commit",
        nested: int = 0,
    ) -> Tag:
        """Create a tag on a commit (by default the tip of the default branch), or move it if it exists.

        With the `kind` Blob or Tree it points to such an object; `nested` is the number of tag objects in between.
        """
        moment = self.world.moment(at)
        commit = target or self.world.git.commits[self._tips[self.latest("default_branch")]]
        self._mark_readable(commit.oid, moment)
        if name in self.tags:
            return self.tags[name].put(
                moment, target=commit, annotated=annotated, kind=kind, nested=nested, deleted=False
            )
        self.tags[name] = Tag(name, moment, commit, annotated, kind, nested)
        return self.tags[name]

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

    # issues, discussions and pull requests

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

    def fork(self, full_name: str, at: Moment | None = None) -> "Repository":
        """Create a fork with the current default branch. Push to it later with `push(to=...)`."""
        moment = self.world.moment(at)
        made = self.world.repository(full_name, moment, parent=self)
        head = self.tip()
        if head:
            made.push(self.world.git.commits[head], at=moment)
        return made

    def associate_own_commits(self, pull_request: PullRequest, commits: Sequence[Commit], at: str) -> None:
        """Record a pull request's own commits: they can be read here by oid, merged or not, also from a fork."""
        if commits:
            self._mark_readable(commits[-1].oid, at)
        self._associate(pull_request, (c.oid for c in commits))

    def associate_merged_commits(self, pull_request: PullRequest, result: Commit, base: str | None) -> None:
        """Associate a pull request with the commits that its merge added to the base."""
        self._associate(pull_request, self.world.git.reachable([result.oid], [base] if base else []))

    def _associate(self, pull_request: PullRequest, oids: Iterable[str]) -> None:
        for oid in oids:
            pulls = self._pulls_of.setdefault(oid, [])
            if pull_request not in pulls:
                pulls.append(pull_request)

    def pulls_of(self, oid: str, now: str) -> list[PullRequest]:
        """Return the pull requests associated with a commit: they merged it, or have it on their branch."""
        return [
            p
            for p in self._pulls_of.get(oid, [])
            if p.is_there(now) and (p.get("state", now) == "MERGED" or any(c.oid == oid for c in p.get("commits", now)))
        ]
