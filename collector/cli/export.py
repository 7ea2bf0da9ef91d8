"""The command `collect export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options
from collector.errors import UsageError

if TYPE_CHECKING:
    from collector.export.exporting import WrittenFile
    from collector.export.lake import Manifest


@click.command("export", epilog="Example: collect export --format parquet exports")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv", "jsonl"]),
    required=True,
    help="File format; Parquet needs the library pyarrow.",
)
@click.option(
    "--verbatim",
    is_flag=True,
    help="CSV for programs: without the apostrophe before text that a spreadsheet would run as a formula.",
)
@options.as_json
@options.db
def command(folder: Path, form: str, verbatim: bool, as_json: bool, db: Path) -> None:
    """Export every table, including the signals, to files in DIR for use in other tools.

    Parquet has typed timestamps; CSV and JSON lines have them as text, as in the database. All files are from one
    consistent snapshot, and replace those of an earlier export together. The hash key and the list of forgotten
    accounts are not exported.

    Parquet is also written in partitions by project and date (TABLE/project=SLUG/...), with the evidence of the latest
    date and a manifest.json; of these only what changed since the last export is written. --db may name a folder of
    shards, which are exported as one, in partitions only.
    """
    from collector.export import exporting, lake

    if verbatim and form != "csv":
        raise UsageError("--verbatim is for --format csv.", "The other formats always have every text as it is.")
    written: list[exporting.WrittenFile] = []
    manifest: lake.Manifest | None = None
    if db.is_dir():
        if form != "parquet":
            raise UsageError(f"{db} is a folder of shards, which are exported to Parquet only.")
        manifest = _partitions(folder, _shards(db))
    else:
        with options.opened(db) as connection, logs.progress("Writing") as progress:
            written = exporting.export(connection, form, folder, progress, verbatim)
        if form == "parquet":
            manifest = _partitions(folder, [(db, lake.WHOLE)])
    _print(folder, written, manifest, as_json)


def _shards(db: Path) -> list[tuple[Path, str]]:
    from collector.shards import found

    return [(one.path, f"{one.shard.number}-of-{one.shard.count}") for one in found.shards(db)]


def _partitions(folder: Path, databases: list[tuple[Path, str]]) -> "Manifest":
    from collector.export import exporting, lake

    with exporting.plain_words(folder), logs.progress("Partitioning") as progress:
        folder.mkdir(exist_ok=True)
        made = lake.Lake(folder)
        for path, shard in databases:
            with options.opened(path) as connection:
                made.add(connection, shard, progress)
        return made.finish()


def _print(folder: Path, written: "list[WrittenFile]", manifest: "Manifest | None", as_json: bool) -> None:
    import json
    from dataclasses import asdict

    if as_json:
        click.echo(json.dumps([asdict(w) for w in written] or (manifest and asdict(manifest)), indent=2))
        return
    if written:
        rows, size = sum(w.rows for w in written), sum(w.size for w in written)
        click.echo(f"{len(written)} tables with {rows:,} rows written to {folder}: {size / 1e6:,.1f} MB.")
    if manifest:
        size = sum(table.bytes for table in manifest.tables.values())
        click.echo(
            f"{manifest.written:,} partitions written, {manifest.unchanged:,} unchanged and {manifest.deleted:,} "
            f"deleted in {folder}: {size / 1e6:,.1f} MB."
        )
