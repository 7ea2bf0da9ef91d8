"""One sync at a time: a lock of the operating system, which a crash cannot leave behind."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from collector.errors import AlreadyRunning, DatabaseError


@contextmanager
def held(database: Path, now: str) -> Iterator[None]:
    """Hold the lock of a database. Raises AlreadyRunning, which says who holds it, or DatabaseError."""
    if not database.absolute().parent.is_dir():
        # Else the lock would make the folder, whatever was mistyped.
        raise DatabaseError(f"There is no folder {database.parent}.", "Make it, or give another file with --db.")
    path = database.with_name(database.name + ".lock")
    holder = database.with_name(database.name + ".lock.holder")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = holder.read_text(encoding="utf-8").strip() if holder.exists() else "another process"
        raise AlreadyRunning(f"Another sync of {database} is running: {who}.", "Wait for it, or end it.") from None
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be written ({error.strerror}).", "Check the folder's permissions."
        ) from None
    try:
        holder.write_text(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
