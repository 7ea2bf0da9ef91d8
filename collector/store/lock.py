"""Allow only one command at a time to write facts, with a lock file that the operating system releases after a crash.

The lock file is opened in place and never replaced; a note beside it says who holds it. Commands that only read, or
compute signals, need no lock, and neither does a backup. https://man7.org/linux/man-pages/man2/flock.2.html
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, get_args

from filelock import FileLock, Timeout

from collector import atomic_files
from collector.errors import AlreadyRunning, DatabaseError, of_disk
from collector.store import own_files
from collector.store.database import require_sqlite

Task = Literal["sync", "upkeep", "forget"]
"""The command that holds the lock."""

# How long to wait for another command than a sync, which may run for an hour, and how often to look.
PATIENCE_SECONDS, POLL_SECONDS = 60.0, 0.25


@contextmanager
def held(database: Path, now: str, task: Task = "sync") -> Iterator[None]:
    """Hold the lock of a database inside a `with` block; `now` is recorded as the start.

    Waits up to a minute for a command that is not a sync. Raises AlreadyRunning, which names the command and process
    that hold the lock, and DatabaseError if the lock file cannot be written or SQLite is too old.
    """
    require_sqlite()  # checked first, so that no lock file is left beside a database that cannot be opened
    if not database.absolute().parent.is_dir():
        # FileLock creates missing folders, which would hide a typing error in --db.
        raise DatabaseError(f"There is no folder {database.parent}.", "Create it, or name another file with --db.")
    file = Path(
        os.path.realpath(database)
    )  # symbolic links to one file share its lock; a loop of them is no error here
    path = file.with_name(file.name + own_files.LOCK)
    note = path.with_name(path.name + ".holder")
    lock = FileLock(path)
    try:
        _acquire(lock, note, database)
    except OSError as error:
        raise of_disk(error, str(path)) or DatabaseError(
            f"{path} cannot be written ({(error.strerror or 'unknown').lower()}).", "Check the folder's permissions."
        ) from None
    try:
        with suppress(OSError):
            note.unlink(missing_ok=True)  # of a run that was killed
        with suppress(OSError):  # if the disk is full, the command itself reports it
            who = f"process {os.getpid()} on {socket.gethostname()}, since {now}"
            atomic_files.write_text(note, f"{task}: {who}\n")
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, note: Path, database: Path) -> None:
    waited = 0.0
    while True:
        with suppress(Timeout):
            # Not the library's own waiting: whom to wait for depends on the holder, which may change meanwhile.
            lock.acquire(timeout=0)
            return
        task, who = _read(note)
        if task == "sync" or waited >= PATIENCE_SECONDS:
            raise AlreadyRunning(_sentence(task, who, database), "Wait for it, or end it.")
        time.sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def _sentence(task: str | None, who: str, database: Path) -> str:
    match task:
        case "sync":
            return f"Another sync of {database} is running: {who}."
        case None:
            return f"Another command is working on {database}: {who}."
        case _:
            return f"`collect {task}` is working on {database}: {who}."


def _read(note: Path) -> tuple[str | None, str]:
    """Return the command that holds the lock, None if it is not known, and a description of its process."""
    with suppress(OSError, UnicodeDecodeError):
        task, _, who = note.read_text(encoding="utf-8").strip().partition(": ")
        if task in get_args(Task) and who:
            return task, who
    return None, "another process"
