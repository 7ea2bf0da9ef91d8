"""Decide which accounts are bots: those that GitHub marks as such or the configuration lists. Nothing is guessed.

GitHub's types of accounts: https://docs.github.com/en/graphql/reference/interfaces#actor. A mannequin stands for the
author of what was imported; nobody acts by it.
"""

import sqlite3

from collector.config import Config
from collector.store import privacy

_RULE = """
    CASE
        WHEN type = 'Bot' THEN 'GitHub says Bot'
        WHEN type = 'Mannequin' THEN 'GitHub says Mannequin'
        WHEN login LIKE '%[bot]' THEN 'login ends in [bot]'
        ELSE (SELECT reason FROM listed_bots AS b WHERE b.login = lower(accounts.login))
    END
"""


def mark_bots(db: sqlite3.Connection, config: Config) -> None:
    """Update `is_bot` and `bot_reason` of all accounts where they differ from the rule."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS listed_bots (login TEXT PRIMARY KEY, reason TEXT)")
    db.execute("DELETE FROM listed_bots")
    rows = [(b.login.lower(), f"listed: {b.reason}") for b in privacy.renamed(db, config).bots]
    db.executemany("INSERT OR REPLACE INTO listed_bots VALUES (?, ?)", rows)
    db.execute(f"UPDATE accounts SET bot_reason = {_RULE} WHERE bot_reason IS NOT {_RULE}")
    db.execute("UPDATE accounts SET is_bot = bot_reason IS NOT NULL WHERE is_bot <> (bot_reason IS NOT NULL)")
