"""Logs go to stderr: bare lines on a terminal, lines with their time elsewhere. A sync's progress goes there too."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

LOG = logging.getLogger("collector")


class _ToStderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)


def set_up() -> None:
    """Send the program's log to stderr."""
    terminal = sys.stderr.isatty()
    handler = _ToStderr()
    line = "%(message)s" if terminal else "%(asctime)s %(levelname)s %(message)s"
    handler.formatter = logging.Formatter(line, "%Y-%m-%dT%H:%M:%SZ")
    handler.formatter.converter = time.gmtime
    LOG.handlers, LOG.level, LOG.propagate = [handler], logging.INFO, False


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A function to be told (name, done, of): a bar on a terminal, a line each in a log."""
    if not sys.stderr.isatty():
        yield lambda name, done, of: LOG.info("%s %d of %d: %s", what, done, of, name)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[name]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, name="asking what changed")
        yield lambda name, done, of: bar.update(task, completed=done, total=of, name=name)
