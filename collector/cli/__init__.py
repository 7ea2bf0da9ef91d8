"""The command line: it parses and prints. What takes long to import is imported inside the commands."""

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
from collector.cli.endings import Collect


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
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version."
)
def collect() -> None:
    """Measure how projects really work on GitHub: by signals that cannot be bought cheaply.

    \b
    collect sync     brings the database up to date (needs a GitHub token without any scope)
    collect report   shows what it says about each project
    collect demo     shows the same of invented projects, without token and network
    """
    logs.set_up()


for _module in (sync, signals, report, explain, serve, doctor, repos, export, backup, upkeep, forget, demo):
    collect.add_command(_module.command)


def main() -> None:
    """The command `collect`."""
    streams.set_up()
    collect(prog_name="collect")
