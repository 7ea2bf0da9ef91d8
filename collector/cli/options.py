"""Options that several commands share, and opening the database."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collector.cli.logs import LOG

if TYPE_CHECKING:
    import sqlite3

    from collector.config.shards import Shard


_AGO = {"today": 0, "yesterday": 1, "last-week": 7}


class Day(click.ParamType[date]):
    """A click parameter type for a date such as 2026-01-31, meaning 00:00 UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse the date; fail with a usage error if it does not exist."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f'"{value}" is not a valid date; write it as 2026-01-31.', param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the placeholder shown in the help."""
        return "DATE"


class DayOrAgo(click.ParamType["date | timedelta"]):
    """A click parameter type for a date, or for how long ago: today, yesterday, last-week, 7d or 2w."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | timedelta:
        """Parse the date or the time before another date; fail with a usage error if it is neither."""
        if isinstance(value, date | timedelta):
            return value
        text = str(value).casefold()
        if text in _AGO:
            return timedelta(days=_AGO[text])
        if counted := re.fullmatch(r"([1-9]\d{0,3})([dw])", text):
            return timedelta(days=int(counted[1]) * (7 if counted[2] == "w" else 1))
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            also = f"as {', '.join(_AGO)}, 7d or 2w"
            self.fail(f'"{value}" is not a valid date; write it as 2026-01-31, or {also}.', param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the placeholder shown in the help."""
        return "DATE"


class ShardOf(click.ParamType["Shard"]):
    """A click parameter type for a shard such as 2/3."""

    name = "shard"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Shard":
        """Parse the shard; fail with a usage error if it is not one."""
        from collector.config.shards import Shard

        try:
            return value if isinstance(value, Shard) else Shard.parse(str(value))
        except ValueError:
            self.fail(f'"{value}" is not a shard; write the first of three as 1/3.', param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the placeholder shown in the help."""
        return "N/M"


def db(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --db FILE."""
    return click.option(
        "--db",
        "db",
        type=click.Path(path_type=Path),
        default="signals.db",
        envvar="COLLECT_DB",
        show_default=True,
        show_envvar=True,
        metavar="FILE",
        help="Database file.",
    )(command)


def config(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --config FILE."""
    return click.option(
        "--config",
        "config",
        type=click.Path(path_type=Path),
        default="config/repos.toml",
        envvar="COLLECT_CONFIG",
        show_default=True,
        show_envvar=True,
        metavar="FILE",
        help="Configuration file with the tracked projects.",
    )(command)


def form(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --format, of a report."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "markdown", "html", "json", "csv"]),
        default="table",
        show_default=True,
        help="Output format; html is one self-contained file.",
    )(command)


def max_points(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --max-points N."""
    return click.option(
        "--max-points", type=click.IntRange(min=1), metavar="N", help="Stop after N points of GitHub's rate limit."
    )(command)


def most_of_an_owner(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --limit N."""
    return click.option(
        "--limit",
        type=click.IntRange(min=0),
        default=20,
        show_default=True,
        metavar="N",
        help="Of an organisation take the N most active; 0 for all.",
    )(command)


def as_of(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --as-of DATE."""
    return click.option(
        "--as-of",
        type=DayOrAgo(),
        help="Use only data from before 00:00 UTC of that day; also yesterday, last-week, 7d (seven days ago) or 2w.",
    )(command)


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


@contextmanager
def opened(path: Path) -> "Iterator[sqlite3.Connection]":
    """Open an existing database. Raises DatabaseError, also for SQLite errors inside the block."""
    from collector.store.database import open_database, plain_words

    LOG.info("Database: %s", path.absolute())
    with plain_words(path):
        connection = open_database(path, create=False)
        try:
            yield connection
        finally:
            connection.close()


def width() -> int:
    """Return the output width in columns: the terminal's (or COLUMNS), limited to 80 to 200; 100 if unknown."""
    # Tables need 80 columns, and beyond 200 the eye loses the line.
    return min(200, max(80, shutil.get_terminal_size((100, 24)).columns))


def colour() -> bool:
    """Return whether stdout gets colours: it is a terminal, TERM is not "dumb" and NO_COLOR (https://no-color.org) is
    unset.
    """
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
