"""The pretend GitHub's world: accounts, repositories, one object store, and a clock.

Every event has its own moment, and what lies after the world's `now` does not exist yet; so a world can be built
whole and then watched as its clock is moved. Where a builder's `at` is left out, it is the world's `now`.
Build in the order of time: numbers and ids are given in the order of the calls, as on GitHub.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collector.emulator.git import Git
from collector.emulator.oddities import Oddities
from collector.emulator.times import Moment, instant, later

if TYPE_CHECKING:
    from collector.emulator.repository import Repository
    from collector.emulator.threads import Thread


@dataclass(eq=False)
class Account:
    """Someone on GitHub: a User, Bot, Mannequin or Organization. The login may change, and is without "[bot]"."""

    id: int
    node_id: str
    login: str
    kind: str
    created_at: str
    other_login: str | None = None

    @property
    def rest_login(self) -> str:
        """The login as the REST API writes it."""
        return self.other_login or (f"{self.login}[bot]" if self.kind == "Bot" else self.login)


class World:
    """Everything that the pretend GitHub knows."""

    def __init__(self, now: Moment = "2026-01-01") -> None:
        self.now = instant(now)
        self.git, self.odd = Git(), Oddities()
        self.accounts: dict[str, Account] = {}
        self.deleted: dict[Account, str] = {}
        self.repositories: list[Repository] = []
        self.nodes: dict[str, Repository | Thread] = {}
        self._last_id = 1000

    def new_id(self) -> int:
        """The next number: ids grow with insertion."""
        self._last_id += 1
        return self._last_id

    def moment(self, at: Moment | None) -> str:
        """`at` as text; None is now."""
        return self.now if at is None else instant(at)

    def move(self, to: Moment | None = None, *, days: float = 0, hours: float = 0, seconds: float = 0) -> str:
        """Move the clock to an instant or by so much; the new now."""
        self.now = later(self.now if to is None else to, days=days, hours=hours, seconds=seconds)
        return self.now

    def user(
        self, login: str, created_at: Moment = "2015-01-01", *, kind: str = "User", rest_login: str | None = None
    ) -> Account:
        """The account of that login; made at the first call."""
        key = login.lower()
        if key not in self.accounts:
            number = self.new_id()
            prefix = {"User": "U", "Bot": "BOT", "Mannequin": "M", "Organization": "O"}[kind]
            ident, born = node_id(prefix, number), instant(created_at)
            self.accounts[key] = Account(number, ident, login, kind, born, rest_login)
        return self.accounts[key]

    def bot(self, login: str, created_at: Moment = "2015-01-01", rest_login: str | None = None) -> Account:
        """The account of an app: `login` in GraphQL, `login[bot]` in REST, or `rest_login` where that differs too."""
        return self.user(login, created_at, kind="Bot", rest_login=rest_login)

    def delete_account(self, account: Account, at: Moment | None = None) -> None:
        """From then on the account is null wherever it stands."""
        self.deleted[account] = self.moment(at)

    def repository(self, full_name: str, created_at: Moment | None = None, **values: Any) -> "Repository":
        """A new repository; `values` as in `Repository.change`."""
        from collector.emulator.repository import Repository

        self.user(full_name.partition("/")[0], kind="Organization")
        repository = Repository(self, full_name, self.moment(created_at), **values)
        self.repositories.append(repository)
        self.nodes[repository.node_id] = repository
        return repository

    def forks(self, repository: "Repository") -> "list[Repository]":
        """The repositories that have this one as their parent now."""
        there = (r for r in self.repositories if r.at <= self.now and not r.get("deleted", self.now))
        return [r for r in there if r.get("parent", self.now) is repository]

    def find(self, full_name: str) -> "Repository | None":
        """The repository that has this name now, else the one that had it last."""
        wanted = full_name.lower()
        there = [r for r in self.repositories if r.at <= self.now and not r.get("deleted", self.now)]
        for repository in there:
            if repository.name.lower() == wanted:
                return repository
        for repository in reversed(there):
            if wanted in repository.former_names():
                return repository
        return None


def node_id(prefix: str, *numbers: int | str) -> str:
    """A GraphQL node id as GitHub makes them: a prefix for the type, and 0 and the numbers (of what is in a repository,
    the repository's and its own) in msgpack and base64."""
    packed = bytes([0x91 + len(numbers), 0]) + b"".join(map(_packed, numbers))
    return f"{prefix}_{urlsafe_b64encode(packed).decode().rstrip('=')}"


def _packed(value: int | str) -> bytes:
    """A number of up to 64 bits or a short text in msgpack: https://github.com/msgpack/msgpack/blob/master/spec.md."""
    if isinstance(value, str):
        text = value.encode()
        return (bytes([0xA0 | len(text)]) if len(text) < 32 else bytes([0xD9, len(text)])) + text
    if value < 0x80:
        return bytes([value])
    power = next(n for n in range(4) if value < 1 << 8 * 2**n)
    return bytes([0xCC + power]) + value.to_bytes(2**power)
