"""The command `collect signals`."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options
from collector.errors import UsageError

if TYPE_CHECKING:
    from collector.config import Config
    from collector.report.as_of_date import Computed
    from collector.shards.engines import Engine


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
@click.option(
    "--engine",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="What computes: processes of this machine, or Dask's workers on this one or several.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler; without it, a cluster of this machine.")
@options.as_json
@options.db
@options.config
def command(
    as_of: date | timedelta | None,
    history: int | None,
    every: str,
    engine: "Engine",
    scheduler: str | None,
    as_json: bool,
    db: Path,
    config: Path,
) -> None:
    """Compute the signals as of a date (default: today), or for a series of dates.

    Nothing is requested from GitHub. `collect sync` computes the signals for the day it runs; this command computes
    other dates. --db may also name a folder of shards (`collect shard split`): they are computed side by side, each in
    its own file. With --scheduler, Dask's workers must see that folder under the same path.
    """
    from collector import clock
    from collector.config import load
    from collector.method import compute
    from collector.report import as_of_date

    if scheduler is not None and engine != "dask":
        raise UsageError("--scheduler is for --engine dask.")
    logs.LOG.info("Configuration: %s", config.absolute())
    tracked = load(config)
    is_one_file = engine == "processes" and not db.is_dir()
    paths = [db] if is_one_file else _shards(db)
    with options.opened(paths[0]) as connection:
        last = as_of_date.date_to_compute(connection, as_of, clock.utc_now())
        dates = compute.series(last, history, every) if history else [last]
        done = []
        if is_one_file:
            for day in compute.compute_series(connection, tracked, dates):
                done.append(as_of_date.count_computed(connection, day))
                if not as_json:
                    click.echo(done[-1].sentence())
    if not is_one_file:
        done = _with_engine(engine, scheduler, tracked, paths, dates)
        for one in [] if as_json else done:
            click.echo(one.sentence())
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(d) for d in done], indent=2))


def _shards(db: Path) -> list[Path]:
    """Return the files of the shards in a folder that have projects, or of one database as the only shard."""
    from collector.shards import found

    if not db.is_dir():
        return [db.absolute()]
    paths = [one.path.absolute() for one in found.shards(db) if one.projects]
    if not paths:
        raise UsageError(f"The shards in {db} have no projects yet.", "Run `collect sync --shard N/M` first.")
    return paths


def _with_engine(
    engine: "Engine", scheduler: str | None, config: "Config", paths: list[Path], dates: list[date]
) -> "list[Computed]":
    """Compute the shards side by side, and return the counts of each date over all of them."""
    from collector.report import as_of_date
    from collector.shards import computing, engines

    computed: list[list[Computed]] = []
    with logs.progress("Computing") as progress:

        def done(path: Path, of_dates: "list[Computed]") -> None:
            computed.append(of_dates)
            progress(path.name, len(computed), len(paths))

        engines.run(engine, scheduler, computing.Computation(config, dates), paths, done)
    return [as_of_date.together(of_date) for of_date in zip(*computed, strict=True)]
