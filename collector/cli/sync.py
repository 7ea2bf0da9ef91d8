"""`collect sync`."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options
from collector.text import plural

if TYPE_CHECKING:
    import sqlite3

    from collector.config import Config
    from collector.sync.run import SyncResult

# Seconds by which this machine's clock may differ from GitHub's.
CLOCKS_AGREE = 600
SEE = "(COLLECT_DEBUG=1 shows the traceback)"


@click.command("sync", epilog="Example: collect sync --project golem --dry-run")
@click.option("--project", "projects", multiple=True, metavar="SLUG", help="Only this project; may be repeated.")
@click.option("--repo", "repos", multiple=True, metavar="OWNER/NAME", help="Only this repository; may be repeated.")
@click.option("--since", type=options.Day(), help="Read back to this day, further than the database begins so far.")
@click.option("--full", is_flag=True, help="Read everything again and compare it with what is stored.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked for, its price and time; store nothing.")
@click.option("--max-points", type=click.IntRange(min=1), metavar="N", help="Stop after N points of GitHub's budget.")
@options.as_json
@options.db
@options.config
def command(
    projects: tuple[str, ...],
    repos: tuple[str, ...],
    since: date | None,
    full: bool,
    dry_run: bool,
    max_points: int | None,
    as_json: bool,
    db: Path,
    config: Path,
) -> None:
    """Bring the database up to date with GitHub, then compute today's signals.

    What did not change since the last time costs nothing. A run may be ended at any moment: the next one goes on from
    there. The token is taken from GITHUB_TOKENS (several, with commas), GITHUB_TOKEN, GH_TOKEN or `gh auth token`; it
    needs no scope.
    """
    from collector import clock
    from collector.config import load, selected
    from collector.demo.run import refuse_synthetic
    from collector.errors import UsageError
    from collector.github import environment
    from collector.sync.run import Request, run

    logs.LOG.info("Configuration: %s", config.absolute())
    logs.LOG.info("Database: %s", db.absolute())
    whole = load(config)
    chosen = selected(whole, projects, repos)
    now = clock.utc_now()
    if since is not None and since > now.date():
        raise UsageError(f"--since {since} is in the future.", "Give a day that is past.")
    github = environment.github(max_points)
    refuse_synthetic(db)
    if dry_run:
        from collector.sync import plan

        planned = plan.make(github, chosen, db, now, full)
        click.echo(plan.to_json(planned) if as_json else plan.to_text(planned))
        return
    with logs.progress("Syncing") as progress:
        result = run(
            github,
            Request(whole, db, now, since=since, full=full, only=chosen, progress=progress),
            lambda connection: _compute(connection, whole, github.ahead),
        )
    _tell(result, as_json)


def _compute(db: "sqlite3.Connection", config: "Config", ahead: float | None) -> None:
    from collector import clock
    from collector.method import compute

    today = clock.date_of(clock.utc_now())
    if ahead is not None and abs(ahead) < CLOCKS_AGREE:
        compute.drop_future(db, today)
    logs.LOG.info("Computing today's signals.")
    compute.compute(db, config, today)


def _tell(result: "SyncResult", as_json: bool) -> None:
    """Print what was done, and end with its exit code."""
    if as_json:
        click.echo(_json(result))
    else:
        total, counts = result.total, result.counts
        click.echo(
            f"{result.repositories} repositories: {counts.inserted:,} rows new, {counts.updated:,} changed, "
            f"{counts.gone:,} gone."
        )
        click.echo(
            f"Asked GitHub {total.requests:,} times for {total.points:,} points; waited {total.waited:,.0f} s, "
            f"tried {total.retries:,} times again."
        )
        if result.unreadable:
            click.echo(
                f"{plural(result.unreadable, 'part')} of objects not served by GitHub: noted in the table unreadable, "
                "and asked for again."
            )
    ahead = result.clock_ahead
    if ahead is not None and abs(ahead) > CLOCKS_AGREE:
        logs.LOG.warning(
            "This machine's clock is %s %s GitHub's, and today's signals are of its day: set it right.",
            timedelta(seconds=round(abs(ahead))),
            "ahead of" if ahead > 0 else "behind",
        )
    for name, kind, error in result.failures:
        logs.say(f"Failed: {name} ({kind}): {error}")
    for name, kind, error in result.defects:
        logs.say(f"Defect: {name} ({kind}): {error} {SEE}")
    if result.exit_code:
        logs.say(f"{'' if result.exit_code > 100 else 'Error: '}{result.message}")
        click.get_current_context().exit(result.exit_code)


def _json(result: "SyncResult") -> str:
    import json
    from dataclasses import asdict

    shown = asdict(result)
    for found in ("failures", "defects"):
        shown[found] = [{"repository": r, "kind": k, "error": e} for r, k, e in getattr(result, found)]
    return json.dumps(shown, indent=2)
