"""One sync at a time: a lock of the operating system, which a crash cannot leave behind."""

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
    """Hold the lock of a database. Raises AlreadyRunning, which says who holds it, or DatabaseError."""
    require_sqlite()  # what cannot be opened gets no lock file either
    if not database.absolute().parent.is_dir():
        # Else the lock would make the folder, whatever was mistyped.
        raise DatabaseError(f"There is no folder {database.parent}.", "Make it, or give another file with --db.")
    file = database.resolve()  # by whatever link it is called
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
        with suppress(OSError):  # a full disk: what follows will say so
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _read(holder: Path) -> str:
    """Who holds the lock, in words."""
    with suppress(OSError, UnicodeDecodeError):
        if said := holder.read_text(encoding="utf-8").strip():
            return said
    return "another process"
