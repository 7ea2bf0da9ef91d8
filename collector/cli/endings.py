"""How a command ends: every error as one clear sentence, with its exit code."""

import errno
import os
import sys
import traceback
from typing import Any

import click

from collector.errors import CollectError

INTERRUPTED = 130


class Collect(click.Group):
    """A group whose commands end with the exit codes of collector.errors; click's own usage errors end with 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one needs them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and say in one sentence what went wrong, if anything did."""
        try:
            return super().invoke(ctx)
        except CollectError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # whoever read the output has left; click ends quietly
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
    click.echo(f"Error: This is a defect in collect, not your mistake ({what}). {see} Please report it.", err=True)
