"""The emulator's world: accounts, repositories, one object store, and a clock.

Everything has a time, and what is later than the world's `now` is not visible yet: a test can build a whole history
and then move the clock through it. The builders' parameter `at` defaults to `now`. Build in chronological order, since
numbers and ids are assigned in the order of the calls, as on GitHub.
"""

from typing import Any

from collector.emulator.git_repository import GitRepository
from collector.emulator.pulls import PullRequest
from collector.emulator.repository import Repository
from collector.emulator.times import Moment
from collector.emulator.world_state import WorldState


class World(WorldState):
    """All data of the emulator."""

    def __init__(self, now: Moment = "2026-01-01") -> None:
        super().__init__(now)
        self.repositories: list[Repository] = []

    def repository(self, full_name: str, created_at: Moment | None = None, **values: Any) -> Repository:
        """Create a repository; `values` as in `Repository.change`."""
        self.user(full_name.partition("/")[0], kind="Organization")
        repository = Repository(self, full_name, self.moment(created_at), **values)
        self.repositories.append(repository)
        self.nodes[repository.node_id] = repository
        return repository

    def forks(self, repository: GitRepository) -> list[Repository]:
        """Return the repositories that are forks of this one now."""
        there = (r for r in self.repositories if r.at <= self.now and not r.get("deleted", self.now))
        return [r for r in there if r.get("parent", self.now) is repository]

    def fork(self, repository: Repository, full_name: str, at: Moment | None = None) -> Repository:
        """Fork a repository with its current default branch. Push to the fork later with `push(to=...)`."""
        moment = self.moment(at)
        made = self.repository(full_name, moment, parent=repository)
        head = repository.tip()
        if head:
            made.push(self.git.commits[head], at=moment)
        return made

    def pulls_of(self, repository: GitRepository, oid: str) -> list[PullRequest]:
        """Return the pull requests, also in forks, that merged a commit or have it on their branch."""
        named = [ident for there in (repository, *self.forks(repository)) for ident in there.pulls_of.get(oid, ())]
        return [
            p
            for p in map(self.nodes.get, named)
            if isinstance(p, PullRequest)
            and p.is_there(self.now)
            and (p.get("state", self.now) == "MERGED" or any(c.oid == oid for c in p.get("commits", self.now)))
        ]

    def find(self, full_name: str) -> Repository | None:
        """Return the repository with this name, otherwise the last one that had it before a rename."""
        wanted = full_name.lower()
        there = [r for r in self.repositories if r.at <= self.now and not r.get("deleted", self.now)]
        for repository in there:
            if repository.name.lower() == wanted:
                return repository
        for repository in reversed(there):
            if wanted in repository.former_names():
                return repository
        return None
