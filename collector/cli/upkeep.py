"""`collect upkeep`."""

from pathlib import Path

import click

from collector.cli import logs, options


@click.command("upkeep", epilog="Example: collect upkeep")
@options.as_json
@options.db
@options.config
def command(as_json: bool, db: Path, config: Path) -> None:
    """Take away old records of syncs, and compact the file when that pays.

    Records older than `keep_runs_days` of the configuration go; facts and signals never do. The file is written anew
    only when a quarter of it is free, which takes as much room again for the time of it. Once a month is plenty.
    """
    import json
    from dataclasses import asdict

    from collector import clock
    from collector.config import load
    from collector.upkeep import tidying

    keep = load(config).keep_runs_days
    logs.LOG.info("Database: %s", db.absolute())
    done = tidying.tidy(db, clock.utc_now(), keep)
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
        return
    size = f"{done.size_before / 1e6:,.1f} MB before, {done.size_after / 1e6:,.1f} MB now"
    how = "compacted" if done.compacted else "not compacted, since little of it is free"
    click.echo(f"Records of {done.runs:,} syncs older than {keep} days taken away. The file was {how}: {size}.")
