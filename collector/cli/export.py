"""`collect export`."""

from pathlib import Path

import click

from collector.cli import logs, options


@click.command("export", epilog="Example: collect export --format parquet exports")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv", "jsonl"]),
    required=True,
    help="Parquet needs the library pyarrow.",
)
@options.as_json
@options.db
def command(folder: Path, form: str, as_json: bool, db: Path) -> None:
    """Write every table, the signals among them, to a file in DIR for another engine.

    Parquet has times as timestamps; CSV and JSON lines have them as in the database. All files are of one moment, and
    replace those of an earlier export together. The key of the hashes and the list of forgotten accounts stay here.
    """
    import json
    from dataclasses import asdict

    from collector.export import exporting

    with options.opened(db) as connection, logs.progress("Writing") as progress:
        written = exporting.export(connection, form, folder, progress)
    if as_json:
        click.echo(json.dumps([asdict(w) for w in written], indent=2))
        return
    rows, size = sum(w.rows for w in written), sum(w.size for w in written)
    click.echo(f"{len(written)} tables with {rows:,} rows written to {folder}: {size / 1e6:,.1f} MB.")
