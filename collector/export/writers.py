"""A writer for each file format. Rows are written in batches, so that memory use does not grow with the table."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from collector import installation
from collector.errors import DatabaseError, UsageError
from collector.export.shapes import Kind, Shape

Row = tuple[object, ...]
# Rows that are converted at once: those of a whole table may not fit into memory.
BATCH = 20_000
_HASH = b"collect.rows"  # key in the metadata of a Parquet file
# How a cell begins that spreadsheets take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv(shape: Shape, rows: Iterable[Row], path: Path) -> int:
    """Write CSV (RFC 4180) with a header. Text is quoted, numbers are not, and NULL is empty, which differs from "".

    An apostrophe is put before text that a spreadsheet would run as a formula: an issue's title may be anybody's.
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return verbatim_csv(shape, (tuple(map(_without_formula, row)) for row in rows), path)


def verbatim_csv(shape: Shape, rows: Iterable[Row], path: Path) -> int:
    """Write CSV like `csv`, with every text as it is."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(_csv_cell(name) for name, _ in shape.columns) + "\n")
        for row in rows:
            file.write(",".join(map(_csv_cell, row)) + "\n")
            count += 1
    return count


def jsonl(shape: Shape, rows: Iterable[Row], path: Path) -> int:
    """Write one JSON object per line. Values that JSON lacks, such as infinity, become null."""
    names = [name for name, _ in shape.columns]
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            file.write(json.dumps(dict(zip(names, map(_finite, row), strict=True)), ensure_ascii=False) + "\n")
            count += 1
    return count


def parquet(shape: Shape, rows: Iterable[Row], path: Path, hashed: str = "") -> int:
    """Write Parquet with 64-bit numbers, UTC timestamps and dates, and a hash of the rows in its metadata.

    Raises UsageError if pyarrow is not installed.
    """
    arrow, writing = _pyarrow()
    types = {
        "integer": arrow.int64(),
        "real": arrow.float64(),
        "text": arrow.string(),
        "time": arrow.timestamp("us", tz="UTC"),
        "date": arrow.date32(),
    }
    schema = arrow.schema([(name, types[kind]) for name, kind in shape.columns], metadata={_HASH: hashed})
    count = 0
    with writing.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            columns = zip(*batch, strict=True)
            arrays = [
                arrow.array(_converted(shape, name, kind, column), types[kind])
                for (name, kind), column in zip(shape.columns, columns, strict=True)
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))
            count += len(batch)
    return count


def hash_in(path: Path) -> str | None:
    """Return the hash in a Parquet file's metadata; None without one, or if the file is missing or damaged."""
    arrow, reading = _pyarrow()
    try:
        found = (reading.read_metadata(path).metadata or {}).get(_HASH)
    except (OSError, arrow.ArrowException):
        return None
    return found.decode() if found else None


Writer = Callable[[Shape, Iterable[Row], Path], int]

WRITERS: dict[str, Writer] = {
    "parquet": parquet,
    "csv": csv,
    "verbatim csv": verbatim_csv,
    "jsonl": jsonl,
}


def check_installed(form: str) -> None:
    """Raise UsageError if the format needs a library that is not installed."""
    if form == "parquet":
        _pyarrow()


def _pyarrow() -> tuple[Any, Any]:
    if find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet needs the library pyarrow, which is not installed.",
            f"Install it: {installation.to_install_extra('parquet')} (or use --format csv or jsonl).",
        )
    import pyarrow
    import pyarrow.parquet

    return pyarrow, pyarrow.parquet


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _converted(shape: Shape, name: str, kind: Kind, column: Iterable[Any]) -> list[object]:
    if kind not in ("time", "date"):
        return list(column)
    read: Callable[[str], date] = _time if kind == "time" else date.fromisoformat
    try:
        # An empty string means that there is no time, as for an account that has always been a bot.
        return [read(value) if value else None for value in column]
    except ValueError as error:
        raise DatabaseError(f"The column {name} of {shape.name} has a value that is not a {kind} ({error}).") from None


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _without_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
