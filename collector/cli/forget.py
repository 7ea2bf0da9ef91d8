"""`collect forget`."""

from pathlib import Path

import click

from collector.cli import options


@click.command("forget", epilog="Example: collect forget octocat")
@click.argument("login")
@click.option("--yes", is_flag=True, help="Do not ask back.")
@options.as_json
@options.db
def command(login: str, yes: bool, as_json: bool, db: Path) -> None:
    """Replace an account by a keyed hash, for good.

    Its login and number are replaced wherever they stand in the database, and what it did goes on to count under the
    hash. Every later sync does the same before it stores anything, also after the account was renamed. There is no way
    back. Names of repositories, tags, labels and files stay as the projects chose them; so do backups, exports,
    reports and logs that were made before, and the configuration, whose entries go on to work.
    """
    import json
    from dataclasses import asdict

    from collector import clock
    from collector.errors import UsageError
    from collector.text import plain
    from collector.upkeep import forgetting

    login = login.removeprefix("@")
    found = forgetting.preview(db, login)
    if not yes:
        click.echo(
            f"{login} stands in {db} as {found.accounts} account(s), with {found.rows:,} rows that refer to it and "
            f"{found.texts:,} texts that name it. All of it becomes {found.name}. There is no way back.",
            err=True,
        )
        if not click.confirm("Forget it?", err=True):
            raise UsageError("Nothing was changed.")
    found = forgetting.forget(db, login, clock.to_text(clock.utc_now()))
    if as_json:
        click.echo(json.dumps({key: value for key, value in asdict(found).items() if key != "already"}, indent=2))
        return
    again = " again" if found.already else ""
    click.echo(
        f"Forgotten{again}, as {found.name}: {found.accounts} account(s), {found.rows:,} rows, {found.texts:,} texts."
    )
    for name in found.repositories:
        click.echo(f"The repository {plain(name)} keeps its name: take it out of the configuration if it should go.")
