"""The export: a consistent snapshot of every table, one file each, moved into place when all are complete."""

import secrets
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from collector.errors import UsageError, of_disk
from collector.export.shapes import shapes
from collector.export.writers import WRITERS, check_installed


@dataclass(frozen=True)
class Written:
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
) -> list[Written]:
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
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        beside.mkdir()
        out = []
        db.execute("BEGIN")  # one read transaction, so that all tables are of the same moment
        try:
            found = shapes(db)
            for number, shape in enumerate(found, start=1):
                file = beside / f"{shape.name}.{form}"
                rows = write(shape, shape.rows(db), file)
                out.append(Written(shape.name, str(folder / file.name), rows, file.stat().st_size))
                progress(shape.name, number, len(found))
        finally:
            db.execute("ROLLBACK")
        folder.mkdir(exist_ok=True)
        for written in out:
            (beside / Path(written.file).name).replace(written.file)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise of_disk(error, str(folder)) or UsageError(
            f"{folder} cannot be written ({why}).", "Name another folder."
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return out
