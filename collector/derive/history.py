"""A repository's history as the landing rules need it. Pure data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush

# Headline and author date: commits that share them may be one change under several oids.
Twin = tuple[str, str]
# Headline, author date, additions, deletions: what a commit keeps under another oid.
Likeness = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that is on the default branch, or was until a force push dropped it (found to be gone at `gone_at`).

    What only serves to find commits that are alike may be None where no other commit of the project is. Lines are None
    where no signal needs them, or GitHub cannot count them; a date is None when no calendar has it.
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
        """Changed lines, None when unknown."""
        return None if self.additions is None or self.deletions is None else self.additions + self.deletions

    @property
    def twin(self) -> Twin | None:
        """What tells which commits may be alike, before their sizes are compared."""
        return None if self.headline is None or self.authored_at is None else (self.headline, self.authored_at)

    @property
    def likeness(self) -> Likeness | None:
        """What a commit keeps when it is cherry-picked, rebased or copied under another oid; None when unknown."""
        if self.twin is None or self.additions is None or self.deletions is None:
            return None
        return (*self.twin, self.additions, self.deletions)


@dataclass(frozen=True, slots=True)
class OwnCommit:
    """A commit of a pull request's own branch, of which other commits of the project may be copies."""

    oid: str
    headline: str | None
    authored_at: str | None
    additions: int | None
    deletions: int | None

    @property
    def marks(self) -> list[str | Likeness]:
        """What a copy shares with it: the oid, and its likeness when it is known to change a line."""
        if self.headline is None or self.authored_at is None or not (self.additions or self.deletions):
            return [self.oid]
        if self.additions is None or self.deletions is None:
            return [self.oid]
        return [self.oid, (self.headline, self.authored_at, self.additions, self.deletions)]


@dataclass(frozen=True, slots=True)
class Push:
    """A row of the push log that moved a branch."""

    id: int
    ref: str
    before: str
    after: str
    kind: str
    actor: int | None
    at: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged pull request."""

    id: int
    number: int
    base: str  # refs/heads/...
    oid: str
    author: int | None
    at: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The first publication of a release, and the commit that its tag held then."""

    at: str
    oid: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """Another branch was the default one until a sync saw it exchanged, or renamed."""

    former: str  # refs/heads/...
    seen_at: str


@dataclass
class History:
    """All of one repository that decides what landed when."""

    commits: Mapping[str, Commit]
    pushes: list[Push]
    merges: list[Merge]
    default_ref: str
    later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # parents of tagged commits off the branch
    publications: list[Publication] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def reach(self, start: str, stop: set[str]) -> list[str]:
        """The commits reachable from `start` without passing `stop`; each is added to `stop`."""
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
        """The commits reachable from `after` but not from `before`, as `git rev-list before..after` lists them; nothing
        is looked for behind a commit of `stop`.

        Deeper commits come first, so that a commit is taken up when all that could show it to be behind `before` were.
        """
        behind = {after: False, before: True}
        queue = [(-self.depths[oid], oid) for oid in behind if oid in self.commits]
        heapify(queue)
        open_ends = sum(not behind[oid] for _, oid in queue)
        found = []
        while open_ends:
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
                    heappush(queue, (-self.depths[parent], parent))
                    open_ends += not known
                elif known and not behind[parent]:
                    behind[parent] = True
                    open_ends -= 1
        return found

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many commits the longest way from each commit to a root holds: an ancestor's is smaller."""
        depths: dict[str, int] = {}
        for start in self.commits:
            todo = [start]
            while todo:
                oid = todo[-1]
                unknown = [p for p in self.commits[oid].parents if p in self.commits and p not in depths]
                if unknown and oid not in depths:
                    todo += unknown
                    continue
                todo.pop()
                known = (depths[p] for p in self.commits[oid].parents if p in depths)
                depths[oid] = 1 + max(known, default=0)
        return depths

    def parents(self, oid: str) -> Iterable[str]:
        """The parents of a commit on or off the default branch."""
        commit = self.commits.get(oid)
        return commit.parents if commit else self.later.get(oid, ())

    def contained(self, oid: str, is_old: Callable[[str], bool]) -> Iterator[str]:
        """The commits of the default branch that a tagged commit contains, without those behind an old one."""
        seen, todo = {oid}, [oid]
        while todo:
            here = todo.pop()
            if here in self.commits:
                if is_old(here):
                    continue
                yield here
            for parent in self.parents(here):
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
