"""The exported tables, and the types of their columns."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "real", "text", "time", "date"]

# Table names become file names, so only plain ones are exported.
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Timestamp and date columns whose name does not end in _at.
_TIMES = {
    ("as_of", "as_of"),
    ("as_of", "window_start"),
    ("as_of", "window_end"),
    ("insiders", "since"),
    ("late_arrivals", "dated"),
    ("late_arrivals", "previous_sync"),
    ("release_versions", "newest_work"),
}
_DATES = {("signals", "as_of"), ("scores", "as_of"), ("score_letters", "as_of"), ("work", "day")}
# Columns that a view computes: SQLite declares no type for them.
_INTEGERS = {("release_work", name) for name in ("repository", "pull_request", "person")}
# The rows of the last three are shown by the view, or follow from it.
_LEFT_OUT = {"forgotten", "released_pieces", "release_ranges", "release_days"}
_VIEWS = {"release_work"}


@dataclass(frozen=True)
class Shape:
    """A table and the types of its columns."""

    name: str
    columns: tuple[tuple[str, Kind], ...]

    def rows(self, db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
        """Return all rows in the order in which they are stored."""
        columns = ", ".join(_quoted(name) for name, _ in self.columns)
        return db.execute(f"SELECT {columns} FROM {_quoted(self.name)}")


def shapes(db: sqlite3.Connection) -> list[Shape]:
    """Return the database's tables and the view `release_work`.

    Left out are SQLite's own tables, full-text indexes and the list of forgotten accounts.
    """
    found = db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
    names = [name for name, kind in found if kind == "table" or name in _VIEWS]
    own = [n for n in names if _NAME.fullmatch(n) and "_fts" not in n and not n.startswith("sqlite_")]
    return [Shape(name, _columns(db, name)) for name in own if name not in _LEFT_OUT]


def _columns(db: sqlite3.Connection, table: str) -> tuple[tuple[str, Kind], ...]:
    # What is compressed only the program reads.
    found = db.execute("SELECT name, type FROM pragma_table_info(?) WHERE type <> 'BLOB'", [table])
    return tuple((name, _kind(table, name, declared)) for name, declared in found)


def _kind(table: str, column: str, declared: str) -> Kind:
    match declared.upper():
        case "INTEGER" | "INT":
            return "integer"
        case "REAL":
            return "real"
        case _ if (table, column) in _INTEGERS:
            return "integer"
        # SQLite has no type for times: https://www.sqlite.org/datatype3.html#date_and_time_datatype
        case _ if column.endswith("_at") or (table, column) in _TIMES:
            return "time"
        case _ if (table, column) in _DATES:
            return "date"
        case _:
            return "text"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
