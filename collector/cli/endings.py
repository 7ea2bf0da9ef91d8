"""How a command ends: every error as one clear sentence, with its exit code."""

import errno
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from collector import interrupts
from collector.cli import streams
from collector.cli.logs import say
from collector.errors import CollectError, UsageError, of_disk

INTERRUPTED = interrupts.exit_code(signal.SIGINT)
# What a shell shows for a program that went on writing to a pipe that nobody reads.
NOBODY_READS = interrupts.exit_code(signal.SIGPIPE)


class Collect(click.Group):
    """A group whose commands end with the exit codes of collector.errors; click's own usage errors end with 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one needs them."""
        return list(self.commands)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; --help and --version end here."""
        with _one_sentence():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _one_sentence(), interrupts.on_signals(interrupts.stop):
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here a full disk can still be told of


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Say in one sentence what went wrong, if anything did, and end with its exit code."""
    try:
        yield
    except CollectError as error:
        say(f"Error: {error}")
        raise click.exceptions.Exit(error.exit_code) from None
    except KeyboardInterrupt as stopped:
        say("Interrupted.")
        raise click.exceptions.Exit(getattr(stopped, "exit_code", INTERRUPTED)) from None
    except click.ClickException as error:
        try:
            error.show()
        except OSError:  # that stderr cannot be written to changes no exit code
            streams.give_up_on(sys.stderr)
        raise click.exceptions.Exit(error.exit_code) from None
    except (click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            streams.give_up_on(sys.stdout)
            raise click.exceptions.Exit(NOBODY_READS) from None
        if isinstance(error, OSError) and (problem := _of_output(error)):
            streams.give_up_on(sys.stdout)
            say(f"Error: {problem}")
            raise click.exceptions.Exit(problem.exit_code) from None
        _tell_of_defect(error)
        raise click.exceptions.Exit(CollectError.exit_code) from None


def _of_output(error: OSError) -> CollectError | None:
    if error.errno == errno.EBADF and streams.stdout_is_closed():
        return UsageError("The output cannot be written: stdout is closed.", "Send it to a file, or to /dev/null.")
    return of_disk(error, "the output")


def _tell_of_defect(error: Exception) -> None:
    if os.environ.get("COLLECT_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
        see = "The traceback is above."
    else:
        see = "Run it again with COLLECT_DEBUG=1 to see the traceback."
    # The text of an unforeseen error may run over several lines.
    what = " ".join(f"{type(error).__name__}: {error}".split())
    say(f"Error: This is a defect in collect, not your mistake ({what}). {see} Please report it.")
