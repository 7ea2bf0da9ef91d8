"""Report a query for which SQLite has no memory left as an error of that query."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Base400


class TooMuchMemory(sqlite3.OperationalError, Base400):  # type: ignore[misc] # datasette has no types
    """datasette shows the first kind of error beside the query, and answers the second with 400 and no traceback."""


def in_words(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return a function that calls `execute`, with which datasette runs a query, and raises TooMuchMemory."""

    async def execute_in_words(query: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            return await execute(query)
        except MemoryError:
            raise TooMuchMemory(
                "This query needs more memory than one query may use. Add a LIMIT or a WHERE, or select fewer columns."
            ) from None

    return execute_in_words
