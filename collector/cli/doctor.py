"""`collect doctor`."""

from pathlib import Path

import click

from collector.cli import options


@click.command("doctor", epilog="Example: collect doctor --json")
@options.as_json
@options.db
@options.config
def command(as_json: bool, db: Path, config: Path) -> None:
    """Look at what a sync needs, and say what is wrong and how to mend it.

    Versions, configuration, GitHub and the token, what is left of its limits, database, last sync, disk: each is ok, a
    warning or an error. It changes nothing, asks GitHub twice for each token, and ends with the exit code that a sync
    would meet: 0 when there are only warnings.
    """
    from collector import clock, doctor
    from collector.cli import connect
    from collector.doctor import check, service, storage, surroundings
    from collector.errors import CollectError

    now = clock.utc_now()
    tracked, found = surroundings.checks(config, options.version())
    try:
        tokens = connect.usable_tokens()
        connect.addresses()
    except CollectError as problem:
        found.append(check.error("token" if problem.exit_code == 4 else "api", problem))
    else:
        found += service.checks(tokens, connect.briefly, tracked, now)
    found += storage.checks(db, tracked, now)
    click.echo(doctor.to_json(found) if as_json else doctor.to_text(found), nl=as_json)
    click.get_current_context().exit(doctor.exit_code(found))
