"""The commands `collect shard ...`, which split a database into shards and merge them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options, tables
from collector.text import plural

if TYPE_CHECKING:
    from collector.shards.found import ShardFile

_folder = click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")


@click.group("shard", epilog="Example: collect shard split shards --into 8")
def command() -> None:
    """Split a database into shards of whole projects, list and merge them.

    A shard is a database of its own. Shards can be computed side by side, also on several machines
    (`collect signals --db DIR`), and synced side by side (`collect sync --shard N/M`); see docs/scale.md.
    """


@command.command("split", epilog="Example: collect shard split shards --into 8")
@_folder
@click.option("--into", type=click.IntRange(min=1), metavar="N", required=True, help="Number of shards.")
@options.as_json
@options.db
def split(folder: Path, into: int, as_json: bool, db: Path) -> None:
    """Copy the database into N shards in the new folder DIR.

    Which shard a project is in follows from its slug alone, as for `collect sync --shard`. All shards have the hash key
    of the database, each in a file beside it. The database itself stays as it is.
    """
    from collector import clock
    from collector.shards import splitting

    logs.LOG.info("Database: %s", db.absolute())
    with logs.progress("Splitting") as progress:
        made = splitting.split(db, folder, into, clock.utc_now(), progress)
    if as_json:
        _print(made)
    else:
        size = sum(one.size for one in made) / 1e6
        total = sum(len(one.projects) for one in made)
        click.echo(f"{plural(total, 'project')} in {plural(into, 'shard')} in {folder}: {size:,.1f} MB.")


@command.command("list", epilog="Example: collect shard list shards --json")
@_folder
@options.as_json
def list_(folder: Path, as_json: bool) -> None:
    """List the shards in DIR with their projects, and check that they are a whole set."""
    from collector.shards import found

    shards = found.shards(folder)
    if as_json:
        _print(shards)
        return
    cells = [
        (str(o.shard), o.path.name, str(len(o.projects)), str(len(o.repositories)), f"{o.size / 1e6:,.1f}",
         (o.synced_at or "-")[:16])
        for o in shards
    ]  # fmt: skip
    tables.table(("shard", "file", "projects", "repositories", "MB", "last sync"), cells)


@command.command("merge", epilog="Example: collect shard merge shards --db merged.db")
@_folder
@options.as_json
@options.db
def merge(folder: Path, as_json: bool, db: Path) -> None:
    """Write the shards in DIR as one new database.

    Letters are computed among all projects. The shards stay as they are.
    """
    from collector import clock
    from collector.shards import splitting

    logs.LOG.info("Database: %s", db.absolute())
    with logs.progress("Merging") as progress:
        projects = splitting.merge(folder, db, clock.utc_now(), progress)
    size = db.stat().st_size
    if as_json:
        click.echo(json.dumps({"file": str(db), "projects": projects, "size": size}, indent=2))
    else:
        click.echo(f"{plural(projects, 'project')} merged into {db}: {size / 1e6:,.1f} MB.")


def _print(shards: "list[ShardFile]") -> None:
    rows = [
        {
            "shard": str(o.shard),
            "file": str(o.path),
            "size": o.size,
            "projects": o.projects,
            "repositories": o.repositories,
            "synced_at": o.synced_at,
        }
        for o in shards
    ]
    click.echo(json.dumps(rows, indent=2))
