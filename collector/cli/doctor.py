"""`collect doctor`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import options

if TYPE_CHECKING:
    from datetime import datetime


@click.command("doctor", epilog="Example: collect doctor --json")
@click.option(
    "--live-facts",
    "live",
    is_flag=True,
    help="Measure instead what only a live run can tell of GitHub, and keep it in the database.",
)
@options.as_json
@options.db
@options.config
def command(live: bool, as_json: bool, db: Path, config: Path) -> None:
    """Look at what a sync needs, and say what is wrong and how to mend it.

    Versions, configuration, GitHub and its schema, the token, what is left of its limits, whether each tracked owner
    lets it read, database, last sync, disk: each is ok, a warning or an error. It changes nothing, asks GitHub four
    times for each token and once more, and ends with the exit code that a sync would meet: 0 when there are only
    warnings.

    With --live-facts it measures how far back the push log of each repository goes, who refuses the token, how long
    GitHub takes for pages of several sizes, and what its answers lack: one request a repository and 40 points at most.
    """
    from collector import clock, doctor
    from collector.doctor import check, service, storage, surroundings
    from collector.errors import CollectError, NotAuthorised
    from collector.github import environment
    from collector.version import version

    now = clock.utc_now()
    if live:
        _measure(as_json, db, config, now)
        return
    tracked, found = surroundings.checks(config, version())
    try:
        tokens = environment.usable_tokens()
        environment.addresses()
    except CollectError as problem:
        found.append(check.error("token" if isinstance(problem, NotAuthorised) else "api", problem))
    else:
        found += service.checks(tokens, environment.briefly, tracked, now)
    found += storage.checks(db, tracked, now)
    click.echo(doctor.to_json(found) if as_json else doctor.to_text(found), nl=as_json)
    click.get_current_context().exit(doctor.exit_code(found))


def _measure(as_json: bool, db: Path, config: Path, now: "datetime") -> None:
    import asyncio

    from collector.cli import logs
    from collector.config import load
    from collector.demo import run
    from collector.doctor import live_facts
    from collector.github import environment

    tracked = load(config)
    token = environment.usable_tokens()[0]
    with logs.progress("Push logs") as progress:
        facts = asyncio.run(live_facts.measure(environment.patiently(token), token, tracked, now, progress))
    if run.is_synthetic(db) is False:
        with options.opened(db) as connection:
            live_facts.keep(connection, facts)
    click.echo(live_facts.to_json(facts) if as_json else live_facts.to_text(facts), nl=as_json)
