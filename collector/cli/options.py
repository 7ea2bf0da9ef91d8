"""What several commands take, and how they open the database."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collector.cli.logs import LOG

if TYPE_CHECKING:
    import sqlite3


class Day(click.ParamType[date]):
    """A date as in 2026-01-31; it stands for 00:00 UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date that the text stands for."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f'"{value}" is not a date that exists, like 2026-01-31.', param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the help names it."""
        return "DATE"


def db(command: Callable[..., Any]) -> Callable[..., Any]:
    """--db FILE."""
    return click.option(
        "--db",
        "db",
        type=click.Path(path_type=Path),
        default="signals.db",
        envvar="COLLECT_DB",
        show_default=True,
        show_envvar=True,
        metavar="FILE",
        help="The database.",
    )(command)


def config(command: Callable[..., Any]) -> Callable[..., Any]:
    """--config FILE."""
    return click.option(
        "--config",
        "config",
        type=click.Path(path_type=Path),
        default="config/repos.toml",
        envvar="COLLECT_CONFIG",
        show_default=True,
        show_envvar=True,
        metavar="FILE",
        help="The tracked projects.",
    )(command)


def as_of(command: Callable[..., Any]) -> Callable[..., Any]:
    """--as-of DATE."""
    return click.option("--as-of", type=Day(), help="Use only what had happened before 00:00 UTC of that day.")(command)


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")(command)


@contextmanager
def opened(path: Path) -> "Iterator[sqlite3.Connection]":
    """The database, which must exist. Raises DatabaseError, also for what SQLite complains about later."""
    from collector.store.database import open_database, plain_words

    LOG.info("Database: %s", path.absolute())
    with plain_words(path):
        connection = open_database(path, create=False)
        try:
            yield connection
        finally:
            connection.close()


def width() -> int:
    """Columns to fill: the terminal's (or COLUMNS), between 80 and 200; 100 when nobody says."""
    return min(200, max(80, shutil.get_terminal_size((100, 24)).columns))


def colour() -> bool:
    """Whether to colour what goes to stdout."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
