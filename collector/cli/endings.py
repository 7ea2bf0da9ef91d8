"""How a command ends: every error as one clear sentence, with its exit code."""

import errno
import os
import sys
import traceback
from contextlib import suppress
from typing import Any

import click

from collector import stopping
from collector.cli.logs import say
from collector.errors import CollectError, of_disk

INTERRUPTED = 130


class Collect(click.Group):
    """A group whose commands end with the exit codes of collector.errors; click's own usage errors end with 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one needs them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and say in one sentence what went wrong, if anything did."""
        try:
            with stopping.on_signals(stopping.stop):
                try:
                    return super().invoke(ctx)
                finally:
                    sys.stdout.flush()  # here a full disk can still be told of
        except CollectError as error:
            say(f"Error: {error}")
            ctx.exit(error.exit_code)
        except KeyboardInterrupt as stopped:
            say("Interrupted.")
            ctx.exit(getattr(stopped, "exit_code", INTERRUPTED))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # whoever read the output has left; click ends quietly
            if isinstance(error, OSError) and (full := of_disk(error, "the output")):
                _give_up_on_stdout()
                say(f"Error: {full}")
                ctx.exit(full.exit_code)
            _tell_of_defect(error)
            ctx.exit(CollectError.exit_code)


def _tell_of_defect(error: Exception) -> None:
    if os.environ.get("COLLECT_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
        see = "The traceback is above."
    else:
        see = "Run it again with COLLECT_DEBUG=1 to see the traceback."
    # The text of an unforeseen error may run over several lines.
    what = " ".join(f"{type(error).__name__}: {error}".split())
    say(f"Error: This is a defect in collect, not your mistake ({what}). {see} Please report it.")


def _give_up_on_stdout() -> None:
    """Let what could not be written be lost: at the end Python would try again, and fail with a code of its own."""
    with suppress(OSError, ValueError):  # ValueError: a test's stdout is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
