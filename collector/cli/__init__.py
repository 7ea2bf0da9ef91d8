"""The command line: parses arguments and prints results. Slow imports are inside the commands, to start quickly."""

import click

from collector.cli import (
    backup,
    demo,
    doctor,
    explain,
    export,
    forget,
    logs,
    report,
    repos,
    serve,
    signals,
    streams,
    sync,
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
    collect sync     updates the database (needs a GitHub token; no scopes required)
    collect report   shows the signals of each project
    collect demo     shows a report on invented projects, without token or network
    """
    logs.set_up()


for _module in (sync, signals, report, explain, serve, doctor, repos, export, backup, upkeep, forget, demo):
    collect.add_command(_module.command)


def main() -> None:
    """Run the command `collect`."""
    streams.set_up()
    collect(prog_name="collect")
