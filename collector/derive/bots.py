"""Since when accounts are bots, and which pushes come from mirrors. `collector/store/bots.py` decides who is a bot."""

import sqlite3

from collector.config import Config
from collector.derive.copies import Landed
from collector.derive.landings import Landing

# Why work counts for active weeks, but for no person.
NOBODY, GHOST, MIRROR = "nobody", "ghost", "mirror"


def write(db: sqlite3.Connection, config: Config) -> None:
    """Fill the table `machines` with all bots.

    A bot counts as one from the start, unless only the configuration lists it, with a `since` date.
    """
    since = [(b.login.lower(), b.since.isoformat()) for b in config.bots if b.since]
    db.execute("INSERT INTO machines (account, since) SELECT id, '' FROM accounts WHERE is_bot")
    db.executemany(
        "UPDATE machines SET since = ?2 WHERE account IN "
        "(SELECT id FROM accounts WHERE lower(login) = ?1 AND bot_reason LIKE 'listed: %')",
        since,
    )


class People:
    """The bots and mirrors of a project, loaded from the database on creation.

    `names` maps repository ids to owner/name; `mirrors` holds pairs of a login and owner/name, in lower case.
    """

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
        """Return whether an account was a bot at that time."""
        return account in self.bots and self.bots[account] <= at

    def is_work_of_bot(self, one: Landed) -> bool:
        """Return whether a bot landed a commit. The pushes of a mirror are other people's work, also if it is a bot."""
        how = one.landing
        return self.is_bot(how.person, how.landed_at) and not self.is_mirror(one.repository, how)

    def weeks_only(self, repository: int, landing: Landing) -> str | None:
        """Return why work counts for active weeks but for no person, None if it counts for a person."""
        if landing.person is None:
            return GHOST if landing.landed_by in ("pull_request", "push") else NOBODY
        return MIRROR if self.is_mirror(repository, landing) else None

    def is_mirror(self, repository: int, landing: Landing) -> bool:
        """Return whether a commit was pushed by a mirror of this repository, be it a bot or not."""
        return landing.landed_by == "push" and (landing.person, repository) in self.mirrors
