"""Forgetting an account permanently: not during a sync, and without leaving its data in free pages."""

import sqlite3
from contextlib import closing
from pathlib import Path

from collector.config.names import LOGIN
from collector.errors import UsageError
from collector.store import database, lock, migrations, privacy
from collector.store.privacy import Found
from collector.store.write import transaction
from collector.upkeep import cleanup


def preview(path: Path, login: str) -> Found:
    """Return what would be replaced. Raises UsageError for an invalid login, and DatabaseError."""
    if not LOGIN.fullmatch(login):
        raise UsageError(f'"{login}" is not a GitHub login.', "Write it as GitHub shows it, without @.")
    with database.plain_words(path), closing(database.open_database(path, create=False)) as db:
        return privacy.look(db, login)


def forget(path: Path, login: str, now: str) -> Found:
    """Replace the account by its hash. Raises AlreadyRunning during a sync, and DatabaseError."""
    with (
        lock.held(path, now, "forget"),
        database.plain_words(path),
        closing(database.open_database(path, create=False)) as db,
    ):
        with transaction(db):
            found = privacy.forget(db, login, now)
        _wipe(db)
    return found


def _wipe(db: sqlite3.Connection) -> None:
    """Rebuild what may still hold the old text: the full-text index, free pages and the write-ahead log."""
    with transaction(db):
        migrations.rebuild_search(db)
    cleanup.compact(db)
