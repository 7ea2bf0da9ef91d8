"""Atomic file replacement: readers see the old file or the complete new one, also after a crash."""

import errno
import glob
import os
import platform
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG

PRIVATE = 0o600
"""The mode of files that only their owner may read."""

# As many as Linux follows: https://man7.org/linux/man-pages/man7/path_resolution.7.html
MOST_LINKS = 40


@contextmanager
def replacing(path: Path, private: bool = False, tidy: bool = True) -> Iterator[Path]:
    """Yield the path of a new, empty file next to `path`; on success move it over `path`, on failure delete it.

    The file is synced before it is moved, and its folder afterwards. An existing file keeps its permissions; `private`
    makes it readable by its owner only. A symbolic link is followed if it belongs to the user or to root: in a shared
    folder, somebody else could have placed it. What a killed run left next to `path` is deleted if `tidy`; a caller
    that writes many files to a folder calls `delete_leftovers` once, since it reads the whole folder. A `path` that is
    not a regular file, such as /dev/stdout or a pipe, is itself yielded. Raises OSError.
    """
    path = followed(path)
    existing = _mode(path)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if existing is not None and not S_ISREG(existing):
        yield path
        return
    if tidy:
        delete_leftovers(path.parent, path.name)
    mode = PRIVATE if private else 0o666 if existing is None else existing & 0o777
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    held = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    try:
        try:
            if existing is not None and not private:
                os.chmod(held if os.chmod in os.supports_fd else beside, existing & 0o7777)
            yield beside
            os.fsync(held)
        finally:
            os.close(held)
        beside.replace(path)  # once it is closed: Windows moves no open file
        # Makes the rename durable (https://man7.org/linux/man-pages/man2/fsync.2.html); some file systems refuse.
        with suppress(OSError):
            sync(path.parent)
    finally:
        _delete(beside)


def write_text(path: Path, text: str | Iterable[str], private: bool = False, tidy: bool = True) -> None:
    """Replace a file's content with a text, or its pieces, in UTF-8, as `replacing` does. Raises OSError."""
    with replacing(path, private, tidy) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        file.writelines([text] if isinstance(text, str) else text)


def sync(path: Path) -> None:
    """Write what is cached of a file or folder to the disk. Raises OSError."""
    # Windows syncs only what is opened for writing, which no folder can be.
    opened = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def followed(path: Path) -> Path:
    """Return the file that a symbolic link leads to. Raises OSError for a link of another user, and for a loop."""
    for _ in range(MOST_LINKS):
        if not path.is_symlink():
            return Path(os.path.realpath(path.parent), path.name)
        # On Windows only administrators and developers can make a link, and files have no such owner.
        if sys.platform != "win32" and path.lstat().st_uid not in (0, os.geteuid()):
            raise PermissionError(errno.EPERM, "a symbolic link that belongs to another user")
        mode = _mode(path)
        if mode is not None and not S_ISREG(mode):
            return path  # such as /dev/stdout, whose link may have no target that can be named
        path = path.parent / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def delete_leftovers(folder: Path, name: str | None = None) -> None:
    """Delete the temporary files of runs that were killed, of all files in a folder or one: the process has ended."""
    for file in folder.glob(f".{glob.escape(name) if name else '*'}.*.????????.part"):
        process = file.name.split(".")[-3]
        if process.isdecimal() and not _is_running(int(process)):
            with suppress(OSError):
                _delete(file)


def _is_running(process: int) -> bool:
    """Return whether this is another process that runs. In a container, a killed one may have had our process id."""
    if platform.system() == "Windows":
        return False  # there os.kill would end it, and a file that is open cannot be deleted anyway
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # of another user
    return process != os.getpid()


def _delete(file: Path) -> None:
    """Delete a temporary file, and those that SQLite made for it."""
    for end in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
