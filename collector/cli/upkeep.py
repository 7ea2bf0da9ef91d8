"""The command `collect upkeep`."""

from pathlib import Path

import click

from collector.cli import logs, options


@click.command("upkeep", epilog="Example: collect upkeep")
@options.as_json
@options.db
@options.config
def command(as_json: bool, db: Path, config: Path) -> None:
    """Delete old records of sync runs, and compact the database file when worthwhile.

    Run records older than `keep_runs_days` (see the configuration) are deleted; facts and signals never are. The file
    is compacted with VACUUM only when more than a quarter of it is free; this temporarily needs as much disk space
    again. Once a month is enough.
    """
    import json
    from dataclasses import asdict

    from collector import clock
    from collector.config import load
    from collector.upkeep import cleanup

    keep = load(config).keep_runs_days
    logs.LOG.info("Database: %s", db.absolute())
    done = cleanup.clean_up(db, clock.utc_now(), keep)
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
        return
    size = f"{done.size_before / 1e6:,.1f} MB before, {done.size_after / 1e6:,.1f} MB now"
    how = "compacted" if done.compacted else "not compacted, as little of it is free"
    click.echo(f"Deleted the records of {done.runs:,} syncs older than {keep} days. The file was {how}: {size}.")
