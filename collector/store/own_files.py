"""The names of the files that belong to a database: its own, and those that SQLite and this program keep beside it."""

from contextlib import suppress
from pathlib import Path

KEY, LOCK = ".key", ".lock"
# https://www.sqlite.org/tempfiles.html
_ENDS = ("", KEY, LOCK, "-wal", "-shm")
# https://www.sqlite.org/fileformat.html#the_database_header
_HEADER = b"SQLite format 3\0"


def belongs_to_a_database(path: Path) -> bool:
    """Return whether a file is a database, or one that is kept beside it."""
    return any(_is_database(path.parent / path.name.removesuffix(end)) for end in _ENDS if path.name.endswith(end))


def _is_database(path: Path) -> bool:
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    return False
