"""The command `collect signals`."""

from datetime import date, timedelta
from pathlib import Path

import click

from collector.cli import logs, options


@click.command("signals", epilog="Example: collect signals --history 24 --every month")
@options.as_of
@click.option("--history", type=click.IntRange(min=1), metavar="N", help="Compute a series of N dates up to --as-of.")
@click.option(
    "--every",
    type=click.Choice(["week", "month"]),
    default="week",
    show_default=True,
    help="Interval of the series: Mondays, or the first of each month.",
)
@options.as_json
@options.db
@options.config
def command(
    as_of: date | timedelta | None, history: int | None, every: str, as_json: bool, db: Path, config: Path
) -> None:
    """Compute the signals as of a date (default: today), or for a series of dates.

    Nothing is requested from GitHub. `collect sync` computes the signals for the day it runs; this command computes
    other dates.
    """
    from collector import clock
    from collector.config import load
    from collector.method import compute
    from collector.report import as_of_date

    logs.LOG.info("Configuration: %s", config.absolute())
    tracked = load(config)
    with options.opened(db) as connection:
        last = as_of_date.date_to_compute(connection, as_of, clock.utc_now())
        done = []
        dates = compute.series(last, history, every) if history else [last]
        for day in compute.compute_series(connection, tracked, dates):
            done.append(as_of_date.count_computed(connection, day))
            if not as_json:
                click.echo(done[-1].sentence())
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(d) for d in done], indent=2))
