"""The command `collect explain`."""

from datetime import date, timedelta
from pathlib import Path

import click

from collector.cli import options


@click.command(
    "explain",
    short_help="List the rows behind a signal: counted, or left out with the reason.",
    epilog="Example: collect explain golem first_response_7d --limit 20",
)
@click.argument("project")
@click.argument("signal")
@options.as_of
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help="Rows to show; 0 for all. [default: 40, JSON all]"
)
@options.as_json
@options.db
def command(
    project: str, signal: str, as_of: date | timedelta | None, limit: int | None, as_json: bool, db: Path
) -> None:
    """List the rows behind a signal: those counted, and those left out with the reason, each with its GitHub link.

    PROJECT is a project's slug or name, SIGNAL a signal's key; `collect report --project NAME` shows both.
    """
    from collector import clock
    from collector.report import as_of_date, evidence, evidence_text

    with options.opened(db) as connection:
        day = as_of_date.date_to_show(connection, as_of, clock.utc_now())
        found = evidence.rows(connection, project, signal, day)
    if as_json:
        click.echo(evidence.to_json(found, limit or 0))
    else:
        click.echo(evidence_text.render(found, 40 if limit is None else limit, options.width()), nl=False)
