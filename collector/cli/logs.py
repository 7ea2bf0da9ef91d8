"""Logging and progress on stderr: bare lines on a terminal, timestamped lines elsewhere."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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


# Without a terminal, what is being asked is logged so often, in seconds.
HEARTBEAT = 60.0


@dataclass(frozen=True)
class Progress:
    """Reports progress: call it with the name of the finished item, the number of finished items, and the total.

    `at` shows the item in progress.
    """

    done: Callable[[str, int, int], object]
    at: Callable[[str], object]

    def __call__(self, name: str, done: int, of: int) -> None:
        self.done(name, done, of)


@contextmanager
def progress(what: str, every: float = 0.0) -> Iterator[Progress]:
    """Yield what shows progress: a bar on a terminal, log lines elsewhere.

    Of many small things, one is logged `every` so many seconds, and the last one.
    """
    if not sys.stderr.isatty():
        yield _in_lines(what, every)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    name = TextColumn("{task.fields[name]}", markup=False)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), name)
    handlers = [handler for handler in LOG.handlers if isinstance(handler, _ToStderr)]
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        for handler in handlers:
            handler.say = lambda text: bar.console.out(installation.spelt(text), highlight=False)
        task = bar.add_task(what, total=None, name="")
        try:
            yield Progress(
                lambda name, done, of: bar.update(task, completed=done, total=of, name=plain(name)),
                lambda text: bar.update(task, name=plain(text)),
            )
        finally:
            for handler in handlers:
                handler.say = say


def _in_lines(what: str, every: float) -> Progress:
    """Return progress as log lines.

    What is done is logged at once, or `every` so many seconds, and what is being worked on once a minute.
    """
    last = time.monotonic()

    def done(name: str, number: int, of: int) -> None:
        nonlocal last
        if number == of or time.monotonic() - last >= every:
            last = time.monotonic()
            LOG.info("%s %d of %d: %s", what, number, of, name)

    def at(text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= HEARTBEAT:
            last = time.monotonic()
            LOG.info("%s: %s", what, text)

    return Progress(done, at)
