"""Commits and their graph: one object store, shared by all repositories of a world."""

import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1

from collector.emulator.accounts import Account
from collector.emulator.times import epoch


def digest(*parts: object) -> str:
    """Return an object id: the SHA-1 of the object's contents."""
    return sha1(json.dumps(parts, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class File:
    """The changes of a commit or pull request in one file."""

    path: str
    additions: int = 0
    deletions: int = 0
    change: str = "MODIFIED"


@dataclass(frozen=True)
class Signature:
    """A commit's signature, with GitHub's verdict in `state`."""

    signer: Account | None = None
    by_github: bool = False
    verified_at: str | None = None
    state: str = "VALID"


@dataclass(frozen=True)
class Commit:
    """A commit. `files` are its changes against its first parent."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Account | None
    authored_at: str
    committed_at: str
    headline: str
    files: tuple[File, ...]
    signature: Signature | None
    body: str = ""  # of the message, below its headline

    @property
    def additions(self) -> int:
        """Lines added."""
        return sum(f.additions for f in self.files)

    @property
    def deletions(self) -> int:
        """Lines removed."""
        return sum(f.deletions for f in self.files)


class Git:
    """All commits of a world by oid, as if all repositories were forks of each other."""

    def __init__(self) -> None:
        self.commits: dict[str, Commit] = {}
        self._histories: dict[str, list[str]] = {}

    def add(
        self,
        headline: str,
        *,
        parents: tuple[str, ...],
        author: Account | None,
        authored_at: str,
        committed_at: str,
        files: tuple[File, ...] = (),
        tree: str | None = None,
        signature: Signature | None = None,
        body: str = "",
    ) -> Commit:
        """Add a commit and return it. Without `tree`, its tree is unique."""
        content = (headline, parents, author.login if author else "", authored_at, committed_at, files, tree)
        oid = digest("commit", *content, *([body] if body else []))
        its_tree = tree or digest("tree", oid)
        commit = Commit(oid, its_tree, parents, author, authored_at, committed_at, headline, files, signature, body)
        return self.commits.setdefault(oid, commit)

    def reachable(self, heads: Iterable[str], without: Iterable[str] = ()) -> set[str]:
        """Return the oids reachable from `heads` but not from `without`."""
        seen = self.reachable(without) if without else set()
        found: set[str] = set()
        todo = list(heads)
        while todo:
            oid = todo.pop()
            if oid not in found and oid not in seen:
                found.add(oid)
                todo += self.commits[oid].parents
        return found

    def history(self, head: str) -> list[str]:
        """Return the oids reachable from `head`, newest committer date first, but children before their parents."""
        if head not in self._histories:
            self._histories[head] = self._order(head)
        return self._histories[head]

    def _order(self, head: str) -> list[str]:
        children = dict.fromkeys(self.reachable([head]), 0)
        for oid in children:
            for parent in self.commits[oid].parents:
                children[parent] += 1
        ready = [(0, 0, head)]
        order: list[str] = []
        while ready:
            oid = heapq.heappop(ready)[2]
            order.append(oid)
            for place, parent in enumerate(self.commits[oid].parents):
                children[parent] -= 1
                if not children[parent]:
                    date = epoch(self.commits[parent].committed_at)
                    heapq.heappush(ready, (-date, len(order) + place, parent))
        return order
