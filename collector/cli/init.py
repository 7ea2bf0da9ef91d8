"""The command `collect init`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector import installation
from collector.cli import options
from collector.text import plural

if TYPE_CHECKING:
    from collector.repos.edit import Document


@click.command(
    "init",
    short_help="Write a configuration: ten projects, none, or those that you name.",
    epilog="Example: collect init --from example/engine --from example-labs",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="[DIR]")
@click.option("--empty", is_flag=True, help="Without projects, for `collect repos add`.")
@click.option(
    "--from",
    "names",
    multiple=True,
    metavar="OWNER[/NAME]",
    help="A repository, or an organisation with its active ones, instead of the ten projects; repeatable.",
)
@options.most_of_an_owner
@click.option("--category", metavar="NAME", help="Category of what --from names; projects are compared within one.")
def command(folder: Path, empty: bool, names: tuple[str, ...], limit: int, category: str | None) -> None:
    """Write DIR/config/repos.toml, where the commands look for the tracked projects; DIR is . by default.

    Every key is explained in the file. Without options it lists ten projects in decentralised computing and AI. An
    existing file is never changed. Only --from asks GitHub, with the same token as `collect sync`.
    """
    from collector.config import shipped
    from collector.config.model import DEFAULT_PATH
    from collector.errors import UsageError
    from collector.repos.edit import Document

    if empty and names:
        raise UsageError("--empty and --from exclude each other.", "Give one of them.")
    path = folder / DEFAULT_PATH
    if path.exists() or path.is_symlink():
        raise UsageError(
            f"{path} exists already, and is not changed.", "Add to it with `collect repos add`, or name another folder."
        )
    document = Document(path, shipped.head() if empty or names else shipped.text())
    if names:
        _fill(document, names, limit, category)
    config = document.save()
    repositories = plural(len(config.by_repository()), "repository", "repositories")
    click.echo(f"Wrote {path}: {plural(len(config.projects), 'project')}, {repositories}.")
    there = "" if folder == Path() else f"cd '{folder}', then "
    following = (
        "`collect repos add OWNER/NAME`, for each repository"
        if empty
        else "`collect sync --dry-run` (what the first sync costs), `collect sync`, `collect report`"
    )
    click.echo(installation.spelt(f"Next: {there}{following}."))


def _fill(document: "Document", names: tuple[str, ...], limit: int, category: str | None) -> None:
    """Add the repositories of these names and owners, and print how many of an owner's are left out."""
    import asyncio

    from collector import clock
    from collector.cli import logs
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import begin
    from collector.repos.add import CATEGORY

    for name in names:  # before anything is asked
        begin.wanted(name)
    looked_up = begin.find(environment.github(), names, limit, clock.utc_now(), Meter(), category or CATEGORY)
    for one in asyncio.run(looked_up):
        document.add_project(one.project, repos=[(repo, "") for repo in one.repos])
        if one.left_out:
            logs.LOG.info(
                "%s: %s left out (forks, archived, without a push for a year, or beyond --limit); "
                "`collect repos discover %s` lists them.",
                one.project.name,
                plural(one.left_out, "repository", "repositories"),
                one.project.name,
            )
