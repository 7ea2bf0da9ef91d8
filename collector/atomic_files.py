"""Atomic file replacement."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path next to `path`; on success move it over `path`, on failure delete it.

    Readers see the old file or the complete new one, never a partial one (fsync, then rename(2)). An existing file
    keeps its permissions, and a symbolic link still points to the file that is replaced. Raises OSError.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield beside
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
