"""The command `collect sync`."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import first_sync, logs, options
from collector.text import plural

if TYPE_CHECKING:
    import sqlite3

    from collector.config import Config
    from collector.config.shards import Shard
    from collector.github.client import GitHub
    from collector.sync.plan import Plan
    from collector.sync.run import SyncResult

SEE = "(COLLECT_DEBUG=1 shows the traceback)"


@click.command("sync", epilog="Example: collect sync --project golem --dry-run")
@click.option("--project", "projects", multiple=True, metavar="SLUG", help="Only this project; repeatable.")
@click.option("--repo", "repos", multiple=True, metavar="OWNER/NAME", help="Only this repository; repeatable.")
@click.option("--shard", type=options.ShardOf(), help="Only the projects of shard N of M, in a database of their own.")
@click.option("--since", type=options.Day(), help="Backfill from this day, earlier than the database's current start.")
@click.option("--full", is_flag=True, help="Reconcile: list everything again and compare it with the database.")
@click.option("--dry-run", is_flag=True, help="Show the planned requests with their cost and duration; store nothing.")
@options.max_points
@options.as_json
@options.db
@options.config
def command(
    projects: tuple[str, ...],
    repos: tuple[str, ...],
    shard: "Shard | None",
    since: date | None,
    full: bool,
    dry_run: bool,
    max_points: int | None,
    as_json: bool,
    db: Path,
    config: Path,
) -> None:
    """Update the database from GitHub, then compute today's signals.

    Unchanged repositories cost nothing. A run can be interrupted at any moment; the next one resumes where it stopped.
    The token is read from GITHUB_TOKENS (several, separated by commas), GITHUB_TOKEN, GH_TOKEN or `gh auth token`; it
    needs no scopes.

    With --shard, M installations sync a list side by side, each with a token and a database of its own (docs/scale.md).
    """
    from collector import clock
    from collector.config import load
    from collector.errors import STORED_FACTS
    from collector.github import environment
    from collector.shards.found import require_shard
    from collector.store.synthetic import refuse_synthetic
    from collector.sync import plan

    logs.LOG.info("Configuration: %s", config.absolute())
    logs.LOG.info("Database: %s", db.absolute())
    whole = load(config)
    chosen = _chosen(whole, projects, repos, shard)
    require_shard(db, shard)
    now = clock.utc_now()
    _check_past(since, now)
    github = environment.github(max_points)
    refuse_synthetic(db)
    if dry_run:
        planned = plan.make(github, chosen, db, now, full)
        click.echo(plan.to_json(planned) if as_json else plan.to_text(planned))
        return
    is_first = not as_json and plan.is_first(db)
    estimate = first_sync.announced(chosen, db, max_points) if is_first else None
    result = run(github, whole, db, since=since, full=full, only=chosen, shard=shard, planned=estimate)
    click.echo(_json(result) if as_json else _summary(result))
    print_failures(result)
    if is_first and result.exit_code in STORED_FACTS:
        first_sync.print_next_steps(db, config, shard)
    if result.exit_code:
        click.get_current_context().exit(result.exit_code)


def _check_past(since: date | None, now: datetime) -> None:
    from collector.errors import UsageError

    if since is not None and since > now.date():
        raise UsageError(f"--since {since} is in the future.", "Use a past date.")


def _chosen(whole: "Config", projects: tuple[str, ...], repos: tuple[str, ...], shard: "Shard | None") -> "Config":
    """Return the configuration with what to sync only. Raises UsageError if nothing is left."""
    from collector.config import selected
    from collector.config.shards import of_shard
    from collector.errors import UsageError

    chosen = selected(whole, projects, repos)
    if shard is not None:
        chosen = of_shard(chosen, shard)
        if (projects or repos) and not chosen.projects:
            raise UsageError(f"Nothing of what --project and --repo name is in shard {shard}.")
    return chosen


def run(
    github: "GitHub",
    config: "Config",
    db: Path,
    *,
    since: date | None = None,
    full: bool = False,
    only: "Config | None" = None,
    shard: "Shard | None" = None,
    planned: "Plan | None" = None,
) -> "SyncResult":
    """Sync with a progress bar, then compute the day's signals. Raises AlreadyRunning and DatabaseError.

    The requests of planning it are counted as its own.
    """
    from collector import clock
    from collector.sync.run import SyncRequest
    from collector.sync.run import run as sync

    expected = ""
    if planned:
        expected = f" of about {planned.points:,}"
        github.total.requests += planned.asked.requests
        github.total.points += planned.asked.points
    with logs.progress("Syncing") as progress:
        progress.at("checking for changes")

        def asking(what: str) -> None:
            progress.at(f"{what} ({github.total.points:,}{expected} points)")

        return sync(
            github,
            SyncRequest(
                config,
                db,
                clock.utc_now(),
                since=since,
                full=full,
                only=only,
                shard=shard,
                progress=progress,
                asking=asking,
            ),
            lambda connection: _compute(connection, config, github.ahead),
        )


def _compute(db: "sqlite3.Connection", config: "Config", ahead: float | None) -> None:
    from collector import clock
    from collector.method import compute

    today = clock.date_of(clock.corrected(clock.utc_now(), ahead))
    # A clock that is warned of and still decides the date may be behind: what is of tomorrow by it may be of today.
    if ahead is not None and not clock.UNREMARKED < timedelta(seconds=abs(ahead)) <= clock.TRUSTED:
        compute.drop_future(db, today)
    logs.LOG.info("Computing today's signals.")
    compute.compute(db, config, today)


def _summary(result: "SyncResult") -> str:
    total, counts = result.total, result.counts
    lines = [
        f"{result.repositories} repositories: {counts.inserted:,} rows inserted, {counts.updated:,} updated, "
        f"{counts.gone:,} marked gone.",
        f"{total.requests:,} requests to GitHub for {total.points:,} points; {total.retries:,} retries, "
        f"{total.waited:,.0f} s waited (all connections together).",
    ]
    if result.unreadable:
        lines.append(
            f"{plural(result.unreadable, 'part')} of objects that GitHub could not serve: recorded in the table "
            "unreadable, and requested again later."
        )
    return "\n".join(lines)


def print_failures(result: "SyncResult") -> None:
    """Print to stderr what a sync could not do."""
    from collector import clock

    ahead = result.clock_ahead
    if ahead is not None and timedelta(seconds=abs(ahead)) > clock.UNREMARKED:
        logs.LOG.warning(
            "This machine's clock is %s %s GitHub's, %s: correct the clock.",
            timedelta(seconds=round(abs(ahead))),
            "ahead of" if ahead > 0 else "behind",
            "whose date this sync used" if not clock.is_trusted(ahead) else "but decides today's date",
        )
    for name, kind, error in result.failures:
        logs.say(f"Failed: {name} ({kind}): {error}")
    for name, kind, error in result.defects:
        logs.say(f"Defect: {name} ({kind}): {error} {SEE}")
    if result.exit_code:
        logs.say(f"{'' if result.exit_code > 100 else 'Error: '}{result.message}")


def _json(result: "SyncResult") -> str:
    import json
    from dataclasses import asdict

    shown = asdict(result)
    for found in ("failures", "defects"):
        shown[found] = [{"repository": r, "kind": k, "error": e} for r, k, e in getattr(result, found)]
    return json.dumps(shown, indent=2)
