"""The git side of a repository, on which its threads rely: attributes, members, branches, pushes and tags."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from collector.emulator.accounts import Account
from collector.emulator.git import Commit, File, Signature
from collector.emulator.node_ids import node_id
from collector.emulator.releases import Tag
from collector.emulator.times import Moment, Record, instant
from collector.emulator.world_state import WorldState

Files = Mapping[str, tuple[int, int]]  # path -> lines added and removed
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


class GitRepository(Record):
    """A repository without its releases and threads. Its attributes are those in DEFAULTS, and `name` (owner/name)."""

    def __init__(self, world: WorldState, full_name: str, created_at: str, **values: Any) -> None:
        super().__init__(created_at, name=full_name, **DEFAULTS)
        self.put(created_at, **values)
        self.world = world
        self.id = world.new_id()
        self.node_id = node_id("R", self.id)
        self.pushes: list[Push] = []
        self.tags: dict[str, Tag] = {}
        self.associations: dict[Account, str] = {}
        self.private_members: set[Account] = set()
        self.contributors: dict[Account | None, str] = {}  # author -> when the first pull request was merged
        self.pulls_of: dict[str, list[str]] = {}  # oid -> node ids of the pull requests associated with it
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

    # what the pull requests say of commits

    def associate_own_commits(self, pull_request: str, commits: Sequence[Commit], at: str) -> None:
        """Record a pull request's own commits: they can be read here by oid, merged or not, also from a fork."""
        if commits:
            self._mark_readable(commits[-1].oid, at)
        self._associate(pull_request, (c.oid for c in commits))

    def associate_merged_commits(
        self, pull_request: str, result: Commit, base: str | None, author: Account | None, at: str
    ) -> None:
        """Associate a pull request with the commits that its merge added to the base, and its author with us."""
        self._associate(pull_request, self.world.git.reachable([result.oid], [base] if base else []))
        self.contributors[author] = min(at, self.contributors.get(author, at))

    def _associate(self, pull_request: str, oids: Iterable[str]) -> None:
        for oid in oids:
            pulls = self.pulls_of.setdefault(oid, [])
            if pull_request not in pulls:
                pulls.append(pull_request)
