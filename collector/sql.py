"""SQL statements kept in .sql files next to the modules that run them, and reading one consistent state.

In all SQL of this program, CROSS JOIN joins like JOIN, and makes SQLite visit the tables in the order in which they are
written; elsewhere SQLite chooses. Without statistics (ANALYZE is not run) it often chooses to read a whole table first.
https://www.sqlite.org/optoverview.html#crossjoin
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files


@cache
def statement(package: str, name: str) -> str:
    """Return the text of `name`.sql in a package; pass `__package__` for the caller's own."""
    return (files(package) / f"{name}.sql").read_text(encoding="utf-8")


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
