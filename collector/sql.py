"""SQL statements kept in .sql files next to the modules that run them, inserts of many rows, and consistent reading.

In all SQL of this program, CROSS JOIN joins like JOIN, and makes SQLite visit the tables in the order in which they are
written; elsewhere SQLite chooses. Without statistics (ANALYZE is not run) it often chooses to read a whole table first.
https://www.sqlite.org/optoverview.html#crossjoin
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from itertools import chain, islice

Value = str | int | float | bytes | None

# More gain nothing.
_ROWS_AT_ONCE = 50


@cache
def statement(package: str, name: str) -> str:
    """Return the text of `name`.sql in a package; pass `__package__` for the caller's own."""
    return (files(package) / f"{name}.sql").read_text(encoding="utf-8")


def insert(db: sqlite3.Connection, into: str, width: int, rows: Iterable[Sequence[Value]]) -> None:
    """Insert rows of `width` values; `into` is the statement up to VALUES: INSERT OR FAIL INTO a table, and columns.

    Several rows with each run of the statement take a fifth to a half less time than `executemany`, which runs it for
    each row. OR FAIL leaves it to the caller's transaction to undo the rows before one that violates a constraint:
    otherwise SQLite copies each page that a run changes (https://www.sqlite.org/tempfiles.html#stmtjrnl).
    """
    one = f"({', '.join('?' * width)})"
    several = f"{into} VALUES {', '.join([one] * _ROWS_AT_ONCE)}"
    left = iter(rows)
    while len(batch := list(islice(left, _ROWS_AT_ONCE))) == _ROWS_AT_ONCE:
        db.execute(several, list(chain.from_iterable(batch)))
    db.executemany(f"{into} VALUES {one}", batch)


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Let the block read one consistent state, even during a sync. What it writes to temporary tables is undone.

    https://www.sqlite.org/isolation.html
    """
    db.execute("BEGIN")
    try:
        yield
    finally:
        # SQLite itself rolls back when the disk is full: https://www.sqlite.org/lang_transaction.html
        if db.in_transaction:
            db.execute("ROLLBACK")
