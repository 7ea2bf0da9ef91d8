"""`collect report`."""

from datetime import date
from pathlib import Path

import click

from collector.cli import options


@click.command(
    "report",
    short_help="Show each project's signals, and what is missing and why.",
    epilog="Example: collect report --category compute --format markdown --output report.md",
)
@options.as_of
@click.option(
    "--project", "projects", multiple=True, metavar="SLUG", help="Only this project, in detail; may be repeated."
)
@click.option("--category", metavar="NAME", help="Only projects of this category.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to this file in place of the screen."
)
@options.db
@options.config
def command(
    as_of: date | None,
    projects: tuple[str, ...],
    category: str | None,
    form: str,
    output: Path | None,
    db: Path,
    config: Path,
) -> None:
    """Show each project's signals: value, 95 % interval, what is missing and why, and how old the data is.

    Without --as-of it shows the latest signals. Those of a date that was not computed yet are computed first.
    """
    from collector import clock
    from collector.config import load
    from collector.report import days, formats, model

    with options.opened(db) as connection:
        now = clock.utc_now()
        day = days.ready(connection, as_of, now, lambda: load(config))
        report = model.build(connection, day, projects, category)
    text = formats.written(
        report, form, formats.Page(options.width(), options.colour() and not output, now, bool(projects))
    )
    if output is None:
        click.echo(text, nl=False)
    else:
        formats.save(text, output)
