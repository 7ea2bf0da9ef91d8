"""Error handling of the commands: print one clear sentence per error, and exit with its code."""

import errno
import platform
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from collector import debug, interrupts
from collector.cli import streams
from collector.cli.logs import say
from collector.errors import CollectError, UsageError, of_disk

INTERRUPTED = interrupts.exit_code(signal.SIGINT)
# The status that a shell shows for a program killed by SIGPIPE, 13, as in `collect report | head -1`. Windows lacks it.
BROKEN_PIPE = interrupts.exit_code(13)


class Collect(click.Group):
    """A click group whose commands exit with the codes in collector.errors; click's own usage errors exit with 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of typical use instead of alphabetically."""
        return list(self.commands)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the command line; --help and --version exit here."""
        with _errors_as_sentences():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _errors_as_sentences(), interrupts.on_signals(interrupts.stop):
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # while a full disk can still be reported


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    """Print any error as one sentence and exit with its code."""
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
        except OSError:  # a failure to write to stderr must not change the exit code
            streams.discard(sys.stderr)
        raise click.exceptions.Exit(error.exit_code) from None
    except (click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if isinstance(error, OSError) and _is_broken_pipe(error):
            streams.discard(sys.stdout)
            raise click.exceptions.Exit(BROKEN_PIPE) from None
        if isinstance(error, OSError) and (problem := _output_error(error)):
            streams.discard(sys.stdout)
            say(f"Error: {problem}")
            raise click.exceptions.Exit(problem.exit_code) from None
        _report_bug(error)
        raise click.exceptions.Exit(CollectError.exit_code) from None


def _is_broken_pipe(error: OSError) -> bool:
    """Return whether the reader of the output exited. Windows then says that an argument of the write is invalid:
    https://github.com/python/cpython/issues/79935
    """
    return error.errno == errno.EPIPE or (platform.system() == "Windows" and error.errno == errno.EINVAL)


def _output_error(error: OSError) -> CollectError | None:
    if error.errno == errno.EBADF and streams.stdout_is_closed():
        return UsageError("The output cannot be written: stdout is closed.", "Redirect it to a file or to /dev/null.")
    if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
        return UsageError(f"A file cannot be opened: {error.strerror}.", "Name another one.")
    return of_disk(error, "the output")


def _report_bug(error: Exception) -> None:
    if debug.is_on():
        traceback.print_exception(error, file=sys.stderr)
        see = "The traceback is above."
    else:
        see = "Run the command again with COLLECT_DEBUG=1 to see the traceback."
    # The message of an unexpected exception may span several lines.
    what = " ".join(f"{type(error).__name__}: {error}".split())
    say(f"Error: This is a bug in collect, not your mistake ({what}). {see} Please report it.")
