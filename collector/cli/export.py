"""The command `collect export`."""

from pathlib import Path

import click

from collector.cli import logs, options
from collector.errors import UsageError


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
    """
    import json
    from dataclasses import asdict

    from collector.export import exporting

    if verbatim and form != "csv":
        raise UsageError("--verbatim is for --format csv.", "The other formats always have every text as it is.")
    with options.opened(db) as connection, logs.progress("Writing") as progress:
        written = exporting.export(connection, form, folder, progress, verbatim)
    if as_json:
        click.echo(json.dumps([asdict(w) for w in written], indent=2))
        return
    rows, size = sum(w.rows for w in written), sum(w.size for w in written)
    click.echo(f"{len(written)} tables with {rows:,} rows written to {folder}: {size / 1e6:,.1f} MB.")
