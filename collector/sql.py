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


def insert(db: sqlite3.Connection, into: str, columns: tuple[str, ...], rows: Iterable[Sequence[Value]]) -> None:
    """Insert rows within the caller's transaction; `into` is the statement up to the columns.

    A statement that inserts many rows takes a fifth to a half less time than `executemany`, which runs one for each
    row. The last columns are left out where all rows have NULL there, because even that takes time to bind: put columns
    that seldom have a value last. NULL must be their default.

    Begin with INSERT OR FAIL: before other statements of many rows, SQLite copies each page that they change, to undo
    them alone if one row violates a constraint (https://www.sqlite.org/tempfiles.html#stmtjrnl). The transaction undoes
    them, too.
    """
    left = iter(rows)
    while batch := list(islice(left, _ROWS_AT_ONCE)):
        by_column = list(zip(*batch, strict=True))
        used = len(columns)
        while used > 1 and by_column[used - 1].count(None) == len(batch):
            used -= 1
        if used < len(columns):
            batch = [row[:used] for row in batch]
        if len(batch) == _ROWS_AT_ONCE:
            db.execute(_inserting(into, columns[:used], len(batch)), list(chain.from_iterable(batch)))
        else:
            db.executemany(_inserting(into, columns[:used], 1), batch)


@cache
def _inserting(into: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"{into} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


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
