"""Rows that an import holds while it runs, in a temporary database: those of a large list are too many for memory."""

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from collector.errors import DatabaseError
from collector.store import database


class TemporaryRows:
    """Tables in a temporary database, which SQLite deletes at the end. Every method raises DatabaseError when the disk
    of temporary files is full.
    """

    def __init__(self, schema: str) -> None:
        self._db = database.temporary()
        weakref.finalize(self, self._db.close)  # the garbage collector may call it in any thread
        with _plain_words():
            self._db.executescript(schema)
            self._db.execute("BEGIN")  # never committed: a transaction for each row would be slow

    def write(self, statement: str, *values: object) -> int:
        """Execute a statement. Returns the number of rows that it changed."""
        with _plain_words():
            return self._db.execute(statement, values).rowcount

    def row(self, statement: str, *values: object) -> Any:
        """Return the first row of a query, or None."""
        with _plain_words():
            return self._db.execute(statement, values).fetchone()

    def rows(self, statement: str, *values: object) -> Iterator[Any]:
        """Yield the rows of a query. They may be written to meanwhile, but not to the tables that it reads."""
        with _plain_words():
            cursor = self._db.execute(statement, values)
            while row := cursor.fetchone():  # `yield from` would close the cursor, maybe after the database
                yield row


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DatabaseError(
            f"The list does not fit into the folder of temporary files ({error}).",
            "Free some space there, or name another folder in SQLITE_TMPDIR.",
        ) from None
