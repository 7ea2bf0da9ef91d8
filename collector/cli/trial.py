"""The command `collect try`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options

if TYPE_CHECKING:
    from collector.config import Config


@click.command(
    "try",
    short_help="Show the page of a repository or an organisation, without a configuration.",
    epilog="Example: collect try example/engine",
)
@click.argument("names", nargs=-1, required=True, metavar="OWNER[/NAME]...")
@options.most_of_an_owner
@options.form
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file instead of stdout.")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the database in this file, and update it when run again; by default it is deleted.",
)
@options.max_points
def command(
    names: tuple[str, ...], limit: int, form: str, output: Path | None, db: Path | None, max_points: int | None
) -> None:
    """Show the page of a repository, or of an organisation's most active ones, without any configuration.

    It reads the last two years from GitHub into a database that is deleted afterwards, with the same token as
    `collect sync`: usually a few minutes for a repository. Several names of one owner are one project.
    """
    import asyncio
    import tempfile

    from collector import clock
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import begin
    from collector.store.synthetic import refuse_synthetic

    for name in names:  # before anything is asked
        begin.wanted(name)
    now = clock.utc_now()
    with tempfile.TemporaryDirectory(prefix="collect-try-") as folder:
        path = db or Path(folder) / "signals.db"
        refuse_synthetic(path)
        found = asyncio.run(begin.find(environment.github(), names, limit, now, Meter()))
        config = begin.trial(found)
        logs.LOG.info("Tracked: %s.", ", ".join(repo for one in found for repo in one.repos))
        _refuse_others(path, config)
        exit_code = _sync_and_show(config, path, form, output, max_points)
    if db is None:
        logs.LOG.info("The database is deleted. `--db FILE` keeps it, for `collect explain` and `collect serve`.")
    logs.LOG.info("To go on with these: `collect init %s`.", " ".join(f"--from {name}" for name in names))
    click.get_current_context().exit(exit_code)


def _refuse_others(path: Path, config: "Config") -> None:
    """Raise UsageError if the database tracks other projects, which a trial would set aside."""
    from collector.errors import UsageError

    if not path.exists():
        return
    with options.opened(path) as db:
        tracked = {slug for (slug,) in db.execute("SELECT slug FROM projects WHERE tracked")}
    others = sorted(tracked - {project.slug for project in config.projects})
    if others:
        raise UsageError(f"{path} tracks other projects ({', '.join(others)}).", "Name another file with --db.")


def _sync_and_show(config: "Config", path: Path, form: str, output: Path | None, max_points: int | None) -> int:
    """Sync, print the page of what is stored, and return the sync's exit code."""
    from collector import clock
    from collector.cli import first_sync, report, sync
    from collector.errors import STORED_FACTS
    from collector.github import environment
    from collector.report import as_of_date, formats

    planned = first_sync.announced(config, path, max_points)
    result = sync.run(environment.github(max_points), config, path, planned=planned)
    if result.exit_code in STORED_FACTS:
        with options.opened(path) as db:
            now = clock.utc_now()
            day = as_of_date.ensure_computed(db, None, now, lambda: config)
            layout = formats.Layout(options.width(), options.colour() and not output, now, detail=True)
            report.signals(db, day, (), None, form, layout, output)
    sync.print_failures(result)
    return result.exit_code
