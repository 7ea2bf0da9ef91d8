"""Since when an account is a bot, and whose pushes mirror another place. `collector/store/bots.py` says who is one."""

import sqlite3

from collector.config import Config
from collector.derive.copies import Landed
from collector.derive.landings import Landing

# Why work counts for weeks, but for no person.
NOBODY, GHOST, MIRROR = "nobody", "ghost", "mirror"


def write(db: sqlite3.Connection, config: Config) -> None:
    """Fill the table `machines`: a bot always was one, unless only the configuration says so, and from a day on."""
    since = [(b.login.lower(), b.since.isoformat()) for b in config.bots if b.since]
    db.execute("INSERT INTO machines (account, since) SELECT id, '' FROM accounts WHERE is_bot")
    db.executemany(
        "UPDATE machines SET since = ?2 WHERE account IN "
        "(SELECT id FROM accounts WHERE lower(login) = ?1 AND bot_reason LIKE 'listed: %')",
        since,
    )


class People:
    """Which accounts are bots, and which pushes are a mirror's. Read from the database when it is made."""

    def __init__(self, db: sqlite3.Connection, names: dict[int, str], mirrors: set[tuple[str, str]]) -> None:
        self.bots = dict(db.execute("SELECT account, since FROM machines").fetchall())
        self.mirrors = {
            (account, repository)
            for login, mirrored in mirrors
            for (account,) in db.execute("SELECT id FROM accounts WHERE lower(login) = ?", [login])
            for repository, name in names.items()
            if name.lower() == mirrored
        }

    def is_bot(self, account: int | None, at: str) -> bool:
        """Whether an account was a bot at that time."""
        return account in self.bots and self.bots[account] <= at

    def is_work_of_bot(self, one: Landed) -> bool:
        """Whether a bot landed a commit, other than in a push that brought people's work from elsewhere."""
        how = one.landing
        return self.is_bot(how.person, how.landed_at) and not self.is_mirror(one.repository, how)

    def weeks_only(self, repository: int, landing: Landing) -> str | None:
        """Why work counts for weeks but for nobody."""
        if landing.person is None:
            return GHOST if landing.landed_by in ("pull_request", "push") else NOBODY
        return MIRROR if self.is_mirror(repository, landing) else None

    def is_mirror(self, repository: int, landing: Landing) -> bool:
        """Whether a push brought other people's work from elsewhere. It is that even if a bot made it."""
        return landing.landed_by == "push" and (landing.person, repository) in self.mirrors
