"""Since when accounts are bots, and which pushes come from mirrors. `collector/store/bots.py` decides who is a bot."""

import sqlite3
from dataclasses import dataclass

from collector.config import Config
from collector.derive.copies import Landed
from collector.derive.exclusions import GHOST, MIRROR, NOBODY
from collector.derive.landings import Landing


def write_bots(db: sqlite3.Connection, config: Config) -> set[int]:
    """Make the table `machines` hold all bots, and return the accounts of which that changed.

    A bot counts as one from the start, unless only the configuration lists it, with a `since` date.
    """
    found = {account: "" for (account,) in db.execute("SELECT id FROM accounts WHERE is_bot")}
    for bot in config.bots:
        if bot.since is not None:
            for (account,) in db.execute(
                "SELECT id FROM accounts WHERE lower(login) = ? AND bot_reason LIKE 'listed: %'", [bot.login.lower()]
            ):
                found[account] = bot.since.isoformat()
    stored = dict(db.execute("SELECT account, since FROM machines").fetchall())
    db.executemany("DELETE FROM machines WHERE account = ?", [(account,) for account in stored.keys() - found.keys()])
    new = dict(found.items() - stored.items())
    db.executemany("INSERT OR REPLACE INTO machines (account, since) VALUES (?, ?)", sorted(new.items()))
    return set(new) | (stored.keys() - found.keys())


@dataclass(frozen=True)
class Known:
    """The bots and mirrors of all projects: bot -> since when, and pairs of a mirror and owner/name in lower case."""

    bots: dict[int, str]
    mirrors: list[tuple[int, str]]


class People:
    """The bots and mirrors of a project. `names` maps its repository ids to owner/name."""

    def __init__(self, names: dict[int, str], known: Known) -> None:
        self.bots = known.bots
        self.mirrors = {
            (account, repository)
            for account, mirrored in known.mirrors
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
