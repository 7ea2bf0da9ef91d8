"""A datasette plugin that defines `collector.sql_functions` on every connection."""

import sqlite3

from datasette import hookimpl

from collector import sql_functions


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Define the functions."""
    sql_functions.register(conn)
