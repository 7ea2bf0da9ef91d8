"""The command line: parses arguments and prints results. Slow imports are inside the commands, to start quickly."""

import click

from collector.cli import (
    backup,
    completion,
    demo,
    doctor,
    explain,
    export,
    forget,
    init,
    logs,
    man,
    report,
    repos,
    serve,
    shard,
    signals,
    streams,
    sync,
    trial,
    upkeep,
)
from collector.cli.error_handling import Collect


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from collector.version import version

        click.echo(f"collect {version()}")
        ctx.exit()


@click.group(
    cls=Collect,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: collect demo",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
def collect() -> None:
    """Measure how projects work on GitHub, with signals that are expensive to fake.

    \b
    collect demo            shows a report on invented projects; needs no token
    collect try OWNER/NAME  shows the page of any repository; needs a token
    collect init            writes a list of projects
    collect sync            updates the database from GitHub; needs a token
    collect report          shows the signals of each project
    """
    logs.set_up()


for _module in (
    init,
    trial,
    sync,
    signals,
    report,
    explain,
    serve,
    doctor,
    repos,
    export,
    backup,
    shard,
    upkeep,
    forget,
    demo,
    completion,
    man,
):
    collect.add_command(_module.command)


def main() -> None:
    """Run the command `collect`."""
    streams.set_up()
    collect(prog_name="collect")
