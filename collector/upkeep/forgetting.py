"""Forgetting an account permanently: not during a sync, and without leaving its data in free pages."""

import sqlite3
from contextlib import closing
from pathlib import Path

from collector.config.names import LOGIN
from collector.errors import AlreadyRunning, UsageError
from collector.store import database, lock, migrations, privacy
from collector.store.privacy import Occurrences
from collector.store.write import transaction
from collector.upkeep import cleanup


def preview(path: Path, login: str) -> Occurrences:
    """Return what would be replaced. Raises UsageError for an invalid login, and DatabaseError."""
    if not LOGIN.fullmatch(login):
        raise UsageError(f'"{login}" is not a GitHub login.', "Write it as GitHub shows it, without @.")
    with database.plain_words(path), closing(database.open_database(path, create=False)) as db:
        return privacy.look(db, login)


def forget(path: Path, login: str, now: str) -> Occurrences:
    """Replace the account by its hash.

    Raises DatabaseError, and AlreadyRunning during a sync, or if another process, such as a backup, reads for so long
    that the file keeps what was replaced.
    """
    with (
        lock.held(path, now, "forget"),
        database.plain_words(path),
        closing(database.open_database(path, create=False)) as db,
    ):
        with transaction(db):
            found = privacy.forget(db, login, now)
        if not _wipe(db):
            raise AlreadyRunning(
                f"The account is forgotten, but another process still reads {path}, whose files keep what was replaced "
                "until then.",
                "Run the same command again when that process has ended.",
            )
    return found


def _wipe(db: sqlite3.Connection) -> bool:
    """Rebuild what may still hold the old text: the full-text index, free pages and the write-ahead log.

    Returns whether that was possible: the log cannot be emptied while somebody reads an earlier state of the database.
    """
    with transaction(db):
        migrations.rebuild_search(db)
    # A reader of an earlier state has as long to end as a command that holds the lock.
    db.execute(f"PRAGMA busy_timeout = {int(lock.PATIENCE_SECONDS * 1000)}")
    return cleanup.compact(db)
