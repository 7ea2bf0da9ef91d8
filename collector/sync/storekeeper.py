"""Run all database access on one thread: the event loop is never blocked, and writes happen in order."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from collector.store import database, state, unreadable, write
from collector.store.batch import Batch, Counts, Witness

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class Storekeeper:
    """Owns the connection until it is closed: everything that uses it runs on one thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection, now: str, github_time: str | None) -> None:
        self.path, self.connection, self.now, self.github_time = path, connection, now, github_time
        self.start = ""  # the start of the database; set once GitHub's clock is known
        self.run: int | None = None  # the id in sync_runs to record errors under
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def read(
        self, question: Callable[Concatenate[sqlite3.Connection, Asked], Result], *args: Asked.args, **kw: Asked.kwargs
    ) -> Result:
        """Run a query function on the database's thread and return its result."""

        def ask() -> Result:
            with database.plain_words(self.path):
                return question(self.connection, *args, **kw)

        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    async def write(self, batch: Batch, progress: state.State) -> Counts:
        """Write a batch and the state it leads to, in one transaction."""
        return await self.read(self._write, batch, progress)

    async def change(
        self, work: Callable[Concatenate[sqlite3.Connection, Asked], Result], *args: Asked.args, **kw: Asked.kwargs
    ) -> Result:
        """Run a function in one transaction on the database's thread."""

        def whole(db: sqlite3.Connection) -> Result:
            with write.transaction(db):
                return work(db, *args, **kw)

        return await self.read(whole)

    def close(self) -> None:
        """Finish the current work and end the thread. The connection stays open."""
        self._thread.shutdown(wait=True)

    def _write(self, db: sqlite3.Connection, batch: Batch, progress: state.State) -> Counts:
        witness = None
        if progress.completed_at and progress.witnessed_at and not _has_unread(db, progress):
            # Releases are always listed completely; threads only from the start of the database.
            since = "" if progress.kind == "releases" else self.start
            witness = Witness(progress.witnessed_at, since)
        with write.transaction(db):
            counts = write.write(db, batch, self.now, progress.repository, witness)
            for name, value in batch.state.items():
                setattr(progress, name, value)
            if "completed_at" in batch.state:
                progress.first_complete_at = progress.first_complete_at or self.now
                # By GitHub's clock, since the dates of what arrives late are GitHub's.
                progress.witnessed_at = self.github_time
            state.save(db, progress)
            unreadable.record_errors(db, self.run, _name(db, progress.repository), batch.unreadable, self.now)
        return counts


def _has_unread(db: sqlite3.Connection, progress: state.State) -> bool:
    """Return whether some object of this list was not served: when it arrives later, it was not back-dated."""
    sql = "SELECT 1 FROM unreadable WHERE repository = ? AND kind = ? AND part = '' LIMIT 1"
    return db.execute(sql, [progress.repository, progress.kind]).fetchone() is not None


def _name(db: sqlite3.Connection, repository: int) -> str:
    (name,) = db.execute("SELECT full_name FROM repositories WHERE id = ?", [repository]).fetchone()
    return str(name)
