"""The command `collect backup`."""

from pathlib import Path

import click

from collector.cli import logs, options


@click.command("backup", epilog="Example: collect backup backups/2026-01-31.db")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@click.option("--with-key", is_flag=True, help="Also copy the hash key, to FILE.key.")
@options.as_json
@options.db
def command(file: Path, overwrite: bool, with_key: bool, as_json: bool, db: Path) -> None:
    """Copy the database to FILE; safe during a sync.

    The copy is a consistent snapshot, is checked, and appears at FILE only when complete. To restore it, move it to the
    database's path while no sync is running. A sync also needs the hash key, which the copy does not contain: keep the
    database's key file, or a copy of it.
    """
    import json
    from dataclasses import asdict

    from collector.upkeep import backup

    logs.LOG.info("Database: %s", db.absolute())
    done = backup.back_up(db, file, overwrite, with_key)
    click.echo(
        json.dumps({name: value for name, value in asdict(done).items() if value is not None}, indent=2)
        if as_json
        else f"Backed up to {done.file}: {done.size / 1e6:,.1f} MB, integrity checked, schema {done.schema}."
        + (f" Its hash key is in {done.key}." if done.key else "")
    )
