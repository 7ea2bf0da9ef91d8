"""The commit graph, pushes and merges of a repository, as the landing rules need them. Does no I/O."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import NamedTuple

# Headline and author date: commits that share them may be the same change under several oids.
Twin = tuple[str, str]
# Headline, author date, additions and deletions: these stay the same when a commit is copied under another oid.
Likeness = tuple[str, str, int, int]


def is_null(oid: str) -> bool:
    """Return whether an oid is only zeros: the branch of a push did not exist before it, or does not after it."""
    return not oid.strip("0")


class Commit(NamedTuple):
    """A commit on the default branch, or one that a force push dropped from it (found missing at `gone_at`).

    To save memory, `authored_at`, `headline` and `tree` are None unless another commit shares them. Additions and
    deletions are None if no signal needs them or GitHub cannot count them; dates are None if they are invalid.
    """

    oid: str
    parents: tuple[str, ...]
    committed_at: str | None
    authored_at: str | None
    headline: str | None
    tree: str | None
    additions: int | None
    deletions: int | None
    is_merge: bool
    signed_by_github: bool
    verified_at: str | None
    signer: int | None
    pull_request: int | None  # number
    gone_at: str | None = None

    @property
    def lines(self) -> int | None:
        """Additions and deletions, None if unknown."""
        return None if self.additions is None or self.deletions is None else self.additions + self.deletions

    @property
    def twin(self) -> Twin | None:
        """The key by which possible copies are found, before their sizes are known; None if no other commit has it."""
        return None if self.headline is None or self.authored_at is None else (self.headline, self.authored_at)

    @property
    def likeness(self) -> Likeness | None:
        """What stays the same when a commit is cherry-picked or rebased; None if it is not known."""
        if self.twin is None or self.additions is None or self.deletions is None:
            return None
        return (*self.twin, self.additions, self.deletions)


class OwnCommit(NamedTuple):
    """A commit on a pull request's own branch. Other commits of the project may be copies of it."""

    oid: str
    headline: str | None
    authored_at: str | None
    additions: int | None
    deletions: int | None

    @property
    def marks(self) -> list[str | Likeness]:
        """The values by which a copy is recognised: the oid, and the likeness if it is known and changes any line."""
        if self.headline is None or self.authored_at is None or not (self.additions or self.deletions):
            return [self.oid]
        if self.additions is None or self.deletions is None:
            return [self.oid]
        return [self.oid, (self.headline, self.authored_at, self.additions, self.deletions)]


class Push(NamedTuple):
    """A row of the push log: `ref` moved from the oid `before` to `after`."""

    id: int
    ref: str
    before: str
    after: str
    kind: str
    actor: int | None
    at: str


class Merge(NamedTuple):
    """A merged pull request."""

    id: int
    number: int
    base: str  # refs/heads/...
    oid: str  # of the merge commit
    author: int | None
    at: str


@dataclass(slots=True)
class Move:
    """A move of a branch from one commit to another, by a merged pull request or a push."""

    at: str
    order: int  # breaks ties: the push's id, or 0
    ref: str
    before: str | None
    after: str
    merge: Merge | None
    push: Push | None


class Publication(NamedTuple):
    """The first publication of a release, and the commit that its tag pointed to at that time."""

    at: str
    oid: str


class Exchange(NamedTuple):
    """A change of the default branch to another one, or its rename, as seen by a sync."""

    former: str  # refs/heads/...
    seen_at: str  # when the sync saw the new one


@dataclass
class History:
    """Everything about one repository that decides when its commits landed."""

    commits: Mapping[str, Commit]
    pushes: list[Push]
    merges: list[Merge]
    default_ref: str
    tagged: Mapping[str, Commit] = field(default_factory=dict)  # commits that tags of releases reach beside it
    publications: list[Publication] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def reach(self, start: str, stop: set[str]) -> list[str]:
        """Return the commits reachable from `start` without passing through `stop`, and add them to `stop`."""
        found, todo = [], [start]
        while todo:
            oid = todo.pop()
            if oid in stop or oid not in self.commits:
                continue
            stop.add(oid)
            found.append(oid)
            todo.extend(self.commits[oid].parents)
        return found

    def between(self, before: str, after: str, stop: set[str]) -> list[str]:
        """Return the commits of `git rev-list before..after`, without searching past the commits in `stop`.

        Commits are visited by descending generation number, so that all children of a commit were visited before it,
        and it is known whether it is reachable from `before` (https://git-scm.com/docs/commit-graph).
        """
        commit, depths = self.commits.get(after), self.depths
        if commit is not None and commit.parents == (before,) and depths.get(before, 0) < depths[after]:
            # Most moves bring one commit, by a squash or a direct push.
            return [] if after in stop else [after]
        behind = {after: False, before: True}
        queue = [(-depths[oid], oid) for oid in behind if oid in self.commits]
        heapify(queue)
        open_ends = sum(not behind[oid] for _, oid in queue)
        found = []
        while open_ends > 0:
            _, oid = heappop(queue)
            known = behind[oid]
            if not known:
                open_ends -= 1
                if oid in stop:
                    continue
                found.append(oid)
            for parent in self.commits[oid].parents:
                if parent not in self.commits:
                    continue
                if parent not in behind:
                    behind[parent] = known
                    heappush(queue, (-depths[parent], parent))
                    open_ends += not known
                elif known and not behind[parent]:
                    behind[parent] = True
                    open_ends -= 1
        return found

    @cached_property
    def depths(self) -> dict[str, int]:
        """The generation number of each commit: the length of its longest path to a root. A parent's is smaller.

        Git has no commit that is its own ancestor, but a wrong response may: what closes the circle does not count.
        """
        commits, depths = self.commits, dict[str, int]()
        entered: set[str] = set()
        for start in commits:
            todo = [] if start in depths else [start]
            while todo:
                oid = todo[-1]
                parents = commits[oid].parents
                if oid not in entered:
                    entered.add(oid)
                    before = [p for p in parents if p not in entered and p in commits]
                    if before:
                        todo += before
                        continue
                todo.pop()
                deepest = 0
                for p in parents:
                    deepest = max(deepest, depths.get(p, 0))
                depths.setdefault(oid, deepest + 1)
        return depths

    def parents(self, oid: str) -> Iterable[str]:
        """Return the parents of a commit, on the default branch or not."""
        commit = self.commits.get(oid) or self.tagged.get(oid)
        return commit.parents if commit else ()

    def beside(self, oid: str) -> Iterator[str]:
        """Yield the commits beside the default branch that are reachable from a tagged commit."""
        seen, todo = {oid}, [oid]
        while todo:
            here = todo.pop()
            if here in self.commits or here not in self.tagged:
                continue
            yield here
            for parent in self.tagged[here].parents:
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
