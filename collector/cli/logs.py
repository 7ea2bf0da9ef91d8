"""Logging and progress on stderr: bare lines on a terminal, timestamped lines elsewhere."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import click

from collector import installation
from collector.cli import streams
from collector.text import plain

LOG = logging.getLogger("collector")


class _ToStderr(logging.Handler):
    """Write log lines with `say`, which is replaced while a progress bar is shown so that lines appear above it."""

    def __init__(self) -> None:
        super().__init__()
        self.say: Callable[[str], object] = say

    def emit(self, record: logging.LogRecord) -> None:
        self.say(plain(self.format(record)))


def say(text: str) -> None:
    """Write a line to stderr without control characters. A closed or full stderr is ignored.

    Commands in it are spelt as they are typed here.
    """
    try:
        click.echo(plain(installation.spelt(text).replace("\n", " ")), err=True)
    except OSError:
        streams.discard(sys.stderr)


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
    """Yield a function progress(name, done, total): a bar on a terminal, log lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda name, done, of: LOG.info("%s %d of %d: %s", what, done, of, name)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    name = TextColumn("{task.fields[name]}", markup=False)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), name)
    handlers = [handler for handler in LOG.handlers if isinstance(handler, _ToStderr)]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        for handler in handlers:
            handler.say = partial(bar.console.out, highlight=False)
        task = bar.add_task(what, total=None, name="checking for changes")
        try:
            yield lambda name, done, of: bar.update(task, completed=done, total=of, name=plain(name))
        finally:
            for handler in handlers:
                handler.say = say
