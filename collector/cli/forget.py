"""The command `collect forget`."""

from pathlib import Path

import click

from collector.cli import options


@click.command("forget", epilog="Example: collect forget octocat")
@click.argument("login")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@options.as_json
@options.db
def command(login: str, yes: bool, as_json: bool, db: Path) -> None:
    """Replace an account by a keyed hash, permanently.

    Its login and id are replaced everywhere in the database, and its activity still counts under the hash. Later
    syncs do the same before storing anything, even after the account is renamed. This cannot be undone. Names of
    repositories, tags, labels and files are kept as the projects chose them. Not changed either: backups, exports,
    reports and logs made before, and the configuration, whose entries for the account stay valid.
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
            f"{login} is in {db} as {found.accounts} account(s), with {found.rows:,} rows that refer to it and "
            f"{found.texts:,} texts that name it. All are replaced by {found.name}. This cannot be undone.",
            err=True,
        )
        try:
            is_agreed = click.confirm("Forget this account?", err=True)
        except click.Abort:  # there is nobody to answer
            raise UsageError("Nothing was changed.", "Answer y, or use --yes.") from None
        if not is_agreed:
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
        click.echo(
            f"The repository {plain(name)} keeps its name; remove it from the configuration to stop tracking it."
        )
