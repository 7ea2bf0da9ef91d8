"""Allow only one sync of a database at a time, with a lock file that the operating system releases after a crash."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from collector.errors import AlreadyRunning, DatabaseError, of_disk
from collector.store.database import require_sqlite


@contextmanager
def held(database: Path, now: str) -> Iterator[None]:
    """Hold the lock of a database inside a `with` block; `now` is recorded as the start.

    Raises AlreadyRunning, which names the process that holds the lock, and DatabaseError if the lock file cannot be
    written or SQLite is too old.
    """
    require_sqlite()  # checked first, so that no lock file is left beside a database that cannot be opened
    if not database.absolute().parent.is_dir():
        # FileLock creates missing folders, which would hide a typing error in --db.
        raise DatabaseError(f"There is no folder {database.parent}.", "Create it, or name another file with --db.")
    file = Path(
        os.path.realpath(database)
    )  # symbolic links to one file share its lock; a loop of them is no error here
    path = file.with_name(file.name + ".lock")
    holder = file.with_name(file.name + ".lock.holder")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(
            f"Another sync of {database} is running: {_read(holder)}.", "Wait for it, or end it."
        ) from None
    except OSError as error:
        raise of_disk(error, str(path)) or DatabaseError(
            f"{path} cannot be written ({(error.strerror or 'unknown').lower()}).", "Check the folder's permissions."
        ) from None
    try:
        with suppress(OSError):  # if the disk is full, the sync itself reports it
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _read(holder: Path) -> str:
    """Return a description of the process that holds the lock."""
    with suppress(OSError, UnicodeDecodeError):
        if description := holder.read_text(encoding="utf-8").strip():
            return description
    return "another process"
