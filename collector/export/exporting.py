"""The export: a consistent snapshot of every table, one file each, moved into place when all are complete."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from collector.atomic_files import replacing, sync
from collector.errors import UsageError, of_disk
from collector.export.shapes import shapes
from collector.export.writers import WRITERS, Writer, check_installed
from collector.sql import snapshot


@dataclass(frozen=True)
class WrittenFile:
    """A file that was written."""

    table: str
    file: str
    rows: int
    size: int  # bytes


def export(
    db: sqlite3.Connection,
    form: str,
    folder: Path,
    progress: Callable[[str, int, int], None],
    verbatim: bool = False,
) -> list[WrittenFile]:
    """Write every table to `folder`/TABLE.`form`, replacing files of these names; other files are kept.

    With `verbatim`, CSV has every text as it is, even what a spreadsheet would run as a formula. The folder is created
    if missing. The data is one consistent snapshot, even during a sync, and no file is replaced before all are
    written. Raises UsageError and DatabaseError.
    """
    check_installed(form)
    write = WRITERS[f"verbatim {form}" if verbatim else form]
    folder = folder.absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", "Name a folder.")
    is_new = not folder.exists()
    try:
        with plain_words(folder):
            folder.mkdir(exist_ok=True)
            return _written(db, form, write, folder, progress)
    finally:
        if is_new:
            with suppress(OSError):
                folder.rmdir()  # only if it is empty, because the export failed


@contextmanager
def plain_words(folder: Path) -> Iterator[None]:
    """Turn errors of writing to a folder into a sentence. Raises UsageError and DatabaseError."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise of_disk(error, str(folder)) or UsageError(
            f"{folder} cannot be written ({why}).", "Name another folder."
        ) from None


def _written(
    db: sqlite3.Connection, form: str, write: Writer, folder: Path, progress: Callable[[str, int, int], None]
) -> list[WrittenFile]:
    out = []
    # The files are moved into place at the end of the block.
    with ExitStack() as replaced, snapshot(db):
        found = shapes(db)
        for number, shape in enumerate(found, start=1):
            file = folder / f"{shape.name}.{form}"
            beside = replaced.enter_context(replacing(file))
            rows = write(shape, shape.rows(db), beside)
            sync(beside)  # a full disk must be noticed before the first file is replaced
            out.append(WrittenFile(shape.name, str(file), rows, beside.stat().st_size))
            progress(shape.name, number, len(found))
    return out
