"""The emulator's world: accounts, repositories, one object store, and a clock.

Everything has a time, and what is later than the world's `now` is not visible yet: a test can build a whole history
and then move the clock through it. The builders' parameter `at` defaults to `now`. Build in chronological order, since
numbers and ids are assigned in the order of the calls, as on GitHub.
"""

from typing import TYPE_CHECKING, Any

from collector.emulator.accounts import Account
from collector.emulator.git import Git
from collector.emulator.node_ids import node_id
from collector.emulator.oddities import Oddities
from collector.emulator.times import Moment, instant, later

if TYPE_CHECKING:
    from collector.emulator.discussions import DiscussionComment
    from collector.emulator.repository import Repository
    from collector.emulator.threads import Thread


class World:
    """All data of the emulator."""

    def __init__(self, now: Moment = "2026-01-01") -> None:
        self.now = instant(now)
        self.git, self.odd = Git(), Oddities()
        self.accounts: dict[str, Account] = {}
        self.deleted: dict[Account, str] = {}
        self.repositories: list[Repository] = []
        self.nodes: dict[str, Repository | Thread | DiscussionComment] = {}
        self._last_id = 1000

    def new_id(self) -> int:
        """Return the next database id."""
        self._last_id += 1
        return self._last_id

    def moment(self, at: Moment | None) -> str:
        """Return `at` as ISO 8601 text; None means now."""
        return self.now if at is None else instant(at)

    def move(self, to: Moment | None = None, *, days: float = 0, hours: float = 0, seconds: float = 0) -> str:
        """Move the clock to a time, or forward by a duration, and return the new time."""
        self.now = later(self.now if to is None else to, days=days, hours=hours, seconds=seconds)
        return self.now

    def user(
        self, login: str, created_at: Moment = "2015-01-01", *, kind: str = "User", rest_login: str | None = None
    ) -> Account:
        """Return the account with this login, created on the first call."""
        key = login.lower()
        if key not in self.accounts:
            number = self.new_id()
            prefix = {"User": "U", "Bot": "BOT", "Mannequin": "M", "Organization": "O"}[kind]
            ident, born = node_id(prefix, number), instant(created_at)
            self.accounts[key] = Account(number, ident, login, kind, born, rest_login)
        return self.accounts[key]

    def bot(self, login: str, created_at: Moment = "2015-01-01", rest_login: str | None = None) -> Account:
        """Return the account of an app: `login` in GraphQL, and `login[bot]` or `rest_login` in REST."""
        return self.user(login, created_at, kind="Bot", rest_login=rest_login)

    def delete_account(self, account: Account, at: Moment | None = None) -> None:
        """Delete an account: from then on, null is served in its place."""
        self.deleted[account] = self.moment(at)

    def repository(self, full_name: str, created_at: Moment | None = None, **values: Any) -> "Repository":
        """Create a repository; `values` as in `Repository.change`."""
        from collector.emulator.repository import Repository

        self.user(full_name.partition("/")[0], kind="Organization")
        repository = Repository(self, full_name, self.moment(created_at), **values)
        self.repositories.append(repository)
        self.nodes[repository.node_id] = repository
        return repository

    def forks(self, repository: "Repository") -> "list[Repository]":
        """Return the repositories that are forks of this one now."""
        there = (r for r in self.repositories if r.at <= self.now and not r.get("deleted", self.now))
        return [r for r in there if r.get("parent", self.now) is repository]

    def find(self, full_name: str) -> "Repository | None":
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
