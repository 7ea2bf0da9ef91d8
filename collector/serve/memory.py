"""Turn a query that runs out of SQLite's memory limit into an error of that query, not of the server."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Base400


class TooMuchMemory(sqlite3.OperationalError, Base400):  # type: ignore[misc] # datasette has no types
    """datasette shows an OperationalError beside the query, and answers a Base400 without a traceback."""


def in_words(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return datasette's function `execute`, which runs a query, with MemoryError turned into TooMuchMemory."""

    async def execute_in_words(query: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            return await execute(query)
        except MemoryError:
            raise TooMuchMemory(
                "This query needs more memory than one query may use. Add a LIMIT or a WHERE, or select fewer columns."
            ) from None

    return execute_in_words
