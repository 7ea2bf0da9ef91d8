"""What all objects of a world share: the clock, ids, accounts, commits and oddities."""

from collector.emulator.accounts import Account
from collector.emulator.git import Git
from collector.emulator.node_ids import node_id
from collector.emulator.oddities import Oddities
from collector.emulator.times import Moment, Record, instant, later


class WorldState:
    """The part of a world that its repositories and threads know."""

    def __init__(self, now: Moment = "2026-01-01") -> None:
        self.now = instant(now)
        self.git, self.odd = Git(), Oddities()
        self.accounts: dict[str, Account] = {}
        self.deleted: dict[Account, str] = {}
        self.nodes: dict[str, Record] = {}  # by node id
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
