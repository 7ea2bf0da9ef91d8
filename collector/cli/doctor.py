"""The command `collect doctor`."""

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
    help="Instead, measure facts about GitHub that only live requests can tell, and store them.",
)
@options.as_json
@options.db
@options.config
def command(live: bool, as_json: bool, db: Path, config: Path) -> None:
    """Check everything a sync needs, and say what is wrong and how to fix it.

    It checks versions, configuration, GitHub and its schema, the token, the remaining rate limit, read access to each
    tracked owner, the database, the last sync and the disk. Each check is ok, a warning or an error. Nothing is
    changed. It makes four requests per token and one more, and exits with the code that a sync would: 0 if there are
    only warnings.

    With --live-facts it measures how far back each repository's push log goes, who refuses the token, how long GitHub
    takes for pages of several sizes, and what its responses lack: one request per repository and at most 40 points.
    """
    from collector import clock, doctor
    from collector.doctor import check, installation, server, storage
    from collector.errors import CollectError, NotAuthorised
    from collector.github import environment
    from collector.version import version

    now = clock.utc_now()
    if live:
        _measure(as_json, db, config, now)
        return
    tracked, found = installation.checks(config, version())
    try:
        tokens = environment.usable_tokens()
        environment.addresses()
    except CollectError as problem:
        found.append(check.error("token" if isinstance(problem, NotAuthorised) else "api", problem))
    else:
        found += server.checks(tokens, environment.interactive_client, tracked, now)
    found += storage.checks(db, tracked, now)
    click.echo(doctor.to_json(found) if as_json else doctor.to_text(found), nl=as_json)
    click.get_current_context().exit(doctor.exit_code(found))


def _measure(as_json: bool, db: Path, config: Path, now: "datetime") -> None:
    import asyncio

    from collector.cli import logs
    from collector.config import load
    from collector.doctor import live_facts
    from collector.github import environment
    from collector.store.synthetic import file_is_synthetic

    tracked = load(config)
    token = environment.usable_tokens()[0]
    with logs.progress("Push logs") as progress:
        facts = asyncio.run(live_facts.measure(environment.measuring_client(token), token, tracked, now, progress))
    if file_is_synthetic(db) is False:
        with options.opened(db) as connection:
            live_facts.keep(connection, facts)
    click.echo(live_facts.to_json(facts) if as_json else live_facts.to_text(facts), nl=as_json)
