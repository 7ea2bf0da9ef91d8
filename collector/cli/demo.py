"""The command `collect demo`."""

from contextlib import closing
from pathlib import Path

import click

from collector import installation
from collector.cli import logs, options


@click.command("demo", epilog="Example: collect demo --db run.db && collect explain heron release_weeks --db run.db")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the demo's database in this file; by default it is deleted.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(db: Path | None, as_json: bool) -> None:
    """Run the whole pipeline on invented projects, with an embedded GitHub emulator.

    It needs no token and no network. The output is SYNTHETIC and the same every time.
    """
    import tempfile

    from collector.demo import run
    from collector.report import formats, reading
    from collector.store.database import open_database

    with tempfile.TemporaryDirectory(prefix="collect-demo-") as folder, logs.progress("Syncing") as progress:
        path = db or Path(folder) / "demo.db"
        logs.LOG.info("SYNTHETIC: invented projects on a GitHub emulator. Database: %s", path.absolute())
        day = run.run(path, progress)
        with closing(open_database(path)) as connection:
            report = reading.build(connection, day)
    if db is None:
        logs.LOG.info(
            "The demo's database is deleted. `collect demo --db FILE` keeps it, for `collect explain --db FILE`."
        )
    layout = formats.Layout(options.width(), options.colour(), run.now(), detail=False)
    text = formats.render(report, "json" if as_json else "table", layout)
    click.echo(text if as_json else installation.spelt(text), nl=False)
