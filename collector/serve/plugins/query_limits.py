"""A datasette plugin that bounds the size of what one query of a visitor can compute and return.

datasette itself bounds the time and the number of rows, but a single value may be a gigabyte:
https://www.sqlite.org/limits.html. The memory of all queries together is bounded by `collector.serve.server`.
"""

import sqlite3
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl

MIB = 1024 * 1024
RESULT_BYTES = 16 * MIB
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MIB,  # of a value and of a row; the longest text that GitHub takes is 125 kB
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,  # matching takes time in proportion to pattern and text
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
# Repeating a character costs them seconds that no limit of time interrupts: printf('%.*c', 2000000000, 'x').
# https://www.sqlite.org/printf.html
REFUSED_FUNCTIONS = ("printf", "format")


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Set the limits of a connection, and make a query fail once its rows exceed RESULT_BYTES."""
    for limit, value in LIMITS.items():
        conn.setlimit(limit, value)
    conn.set_authorizer(_authorise)
    read: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def bounded_row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        size = sum(len(value) for value in values if isinstance(value, str | bytes))
        read[cursor] = read.get(cursor, 0) + size
        if read[cursor] > RESULT_BYTES:
            raise sqlite3.OperationalError(f"the result is larger than {RESULT_BYTES // MIB} MiB")
        return sqlite3.Row(cursor, values)

    conn.row_factory = bounded_row


def _authorise(action: int, _: str | None, name: str | None, *__: str | None) -> int:
    """Refuse REFUSED_FUNCTIONS: https://www.sqlite.org/c3ref/set_authorizer.html."""
    is_refused = action == sqlite3.SQLITE_FUNCTION and (name or "").lower() in REFUSED_FUNCTIONS
    return sqlite3.SQLITE_DENY if is_refused else sqlite3.SQLITE_OK
