"""Forgetting an account for good: while no sync is at work, and without leaving it in free pages."""

import sqlite3
from contextlib import closing
from pathlib import Path

from collector.config.names import LOGIN
from collector.errors import UsageError
from collector.store import database, lock, migrations, privacy
from collector.store.privacy import Found
from collector.store.write import transaction
from collector.upkeep import tidying


def preview(path: Path, login: str) -> Found:
    """What would be replaced. Raises UsageError for what is no login, and DatabaseError."""
    if not LOGIN.fullmatch(login):
        raise UsageError(f'"{login}" is not a GitHub login.', "Give it as GitHub shows it, without @.")
    with database.plain_words(path), closing(database.open_database(path, create=False)) as db:
        return privacy.look(db, login)


def forget(path: Path, login: str, now: str) -> Found:
    """Do it. Raises AlreadyRunning while a sync is at work, and DatabaseError."""
    with (
        lock.held(path, now),
        database.plain_words(path),
        closing(database.open_database(path, create=False)) as db,
    ):
        with transaction(db):
            found = privacy.forget(db, login, now)
        _wipe(db)
    return found


def _wipe(db: sqlite3.Connection) -> None:
    """The index of words, free pages and the write-ahead log hold what was there before: make them anew."""
    with transaction(db):
        migrations.rebuild_search(db)
    tidying.compact(db)
