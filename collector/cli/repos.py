"""The commands `collect repos ...`, which manage the list of tracked repositories."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options, tables
from collector.config.names import ROLES, Role

if TYPE_CHECKING:
    import sqlite3

_project = click.option("--project", metavar="SLUG", help="Project that the repository belongs to.")
_category = click.option("--category", metavar="NAME", help="Create the project in this category.")
_role = click.option(
    "--role", type=click.Choice(ROLES), default="core", show_default=True, help="Role of the repository in its project."
)


@click.group("repos", epilog="Example: collect repos check --write")
def command() -> None:
    """List, check, add, discover and import tracked repositories.

    The list is in the configuration file, which is edited with its comments kept. GitHub is queried with the same token
    as in `collect sync`.
    """


@command.command("list", epilog="Example: collect repos list --json")
@options.as_json
@options.db
@options.config
def list_(as_json: bool, db: Path, config: Path) -> None:
    """List the tracked repositories with status and last complete sync. Nothing is requested from GitHub."""
    from dataclasses import asdict

    from collector.config import load
    from collector.repos import listing

    tracked = load(config)
    with ExitStack() as stack:
        rows = listing.rows(tracked, stack.enter_context(options.opened(db)) if db.exists() else None)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    cells = [(r.project, r.repo, r.role, r.status, (r.last_sync or "-")[:16]) for r in rows]
    tables.table(("project", "repository", "role", "status", "last sync"), cells)


@command.command("check", epilog="Example: collect repos check --write")
@click.option("--write", is_flag=True, help="Apply the proposed edits to the configuration.")
@options.as_json
@options.db
@options.config
def check(write: bool, as_json: bool, db: Path, config: Path) -> None:
    """Look up each tracked repository on GitHub, and propose edits of the configuration.

    It finds repositories that were renamed, listed twice, made private or deleted, blocked, archived, are forks, have
    had no push for a year, or moved to another repository. What a repository's note already says is not proposed again.
    A repository that refuses the token is reported as not_authorised and kept. The exit code is 3 if there are any
    such, or if GitHub gave no answer about some.
    """
    import asyncio
    from dataclasses import asdict

    from collector import clock
    from collector.config import load
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import check
    from collector.repos.edit import Document
    from collector.text import plain

    tracked = load(config)
    meter = Meter()
    with ExitStack() as stack:
        connection = _opened(stack, db)
        github = environment.github()
        findings = asyncio.run(check.check(github, tracked, connection, clock.utc_now(), meter))
    edits = check.ordered(findings)
    if write and edits:
        document = Document(config)
        for edit in edits:
            document.apply(edit)
        document.save()
    if as_json:
        shown = [{**asdict(f), "edits": [{**asdict(e), "text": e.sentence()} for e in f.edits]} for f in findings]
        click.echo(json.dumps({"written": write, "edits": len(edits), "findings": shown}, indent=2))
    else:
        for f in findings:
            click.echo(f"{f.kind:14}  {plain(f.repo)}: {plain(f.message)}")
            for edit in f.edits:
                click.echo(f"{'':14}  -> {plain(edit.sentence())}")
        total = len(tracked.by_repository())
        odd = len({f.repo for f in findings})
        click.echo(f"{odd} of {total} repositories differ from the configuration, or are worth a look.")
        if edits:
            done = f"applied to {config}; please review them" if write else "proposed: --write applies them"
            click.echo(f"{len(edits)} {'edit' if len(edits) == 1 else 'edits'} {done}.")
    logs.LOG.info("%d requests to GitHub for %d points.", meter.requests, meter.points)
    if any(f.kind in ("failed", "not_authorised") for f in findings):
        click.get_current_context().exit(3)


@command.command("add", epilog="Example: collect repos add golemfactory/yagna --project golem --role core")
@click.argument("repository", metavar="OWNER/NAME")
@_project
@_category
@_role
@click.option("--note", default="", metavar="TEXT", help="What a reader should know about it.")
@options.as_json
@options.config
def add(
    repository: str, project: str | None, category: str | None, role: Role, note: str, as_json: bool, config: Path
) -> None:
    """Track one more repository. It is looked up on GitHub and written under its current name.

    Without --project it is added to the project that has repositories of the same owner. If there is no configuration
    yet, one is begun, with every key explained.
    """
    import asyncio

    from collector import clock
    from collector.errors import UsageError
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import add
    from collector.repos.edit import Document, to_extend
    from collector.sync import glances
    from collector.text import plain

    tracked = to_extend(config)
    name = add.repository_name(repository)
    github = environment.github()
    found, missing = asyncio.run(add.look_up(github, [name], tracked, clock.utc_now(), Meter()))
    if missing:
        raise glances.not_shown(missing[name], name, f"GitHub shows no public repository {name}.")
    (candidate,) = found
    homes = [of.slug for of, _ in tracked.by_repository().get(candidate.repo.lower(), ())]
    if homes and project in (None, *homes):
        raise UsageError(
            f"{candidate.repo} is already tracked, in {' and '.join(homes)}.",
            "Add it to another project with --project.",
        )
    home = add.project_for(tracked, candidate.repo, project, category)
    document = Document(config)
    add.take_up(document, found, home, role, note)
    slug = add.slug_in(home)
    if as_json:
        click.echo(json.dumps({"project": slug, "role": role, **candidate.as_row()}, indent=2))
        return
    renamed = f", the current name of {name}," if candidate.repo.casefold() != name.casefold() else ""
    remark = f" It is a {candidate.remark}." if candidate.fork_of else " It is archived." if candidate.archived else ""
    click.echo(
        plain(
            f"Added {candidate.repo}{renamed} to {slug} in {document.file_of(slug)}.{remark} `collect sync` reads it."
        )
    )


@command.command("discover", epilog="Example: collect repos discover golemfactory --limit 20")
@click.argument("organisation", metavar="ORG")
@click.option("--all", "everything", is_flag=True, help="Include repositories that are already tracked.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=40, show_default=True, help="Maximum rows to show; 0 for all."
)
@options.as_json
@options.config
def discover(organisation: str, everything: bool, limit: int, as_json: bool, config: Path) -> None:
    """List an organisation's or a user's repositories that are not tracked yet.

    The most active come first: by commits on the default branch within a year, which stars and empty pushes do not
    change. Forks, whose commits are mostly other people's work, and archived repositories come last.
    """
    import asyncio

    from collector import clock
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import add
    from collector.repos.edit import to_extend

    tracked = to_extend(config)
    github = environment.github()
    found = asyncio.run(add.discover(github, organisation, tracked, clock.utc_now(), Meter()))
    shown = [c for c in found if everything or not c.tracked]
    if as_json:
        click.echo(json.dumps([c.as_row() for c in shown], indent=2))
        return
    tables.candidates(shown[: limit or None])
    known = sum(c.tracked for c in found)
    part = f", the first {limit} of these shown" if limit and len(shown) > limit else ""
    click.echo(f"{len(found)} repositories of {organisation}: {known} are tracked, {len(shown)} are listed here{part}.")


@command.command("import", epilog='Example: collect repos import exports.jsonl --ecosystem "Golem" --project golem')
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE")
@click.option(
    "--ecosystem",
    "ecosystems",
    multiple=True,
    metavar="NAME",
    help="Ecosystem to show; repeatable. Without it, all are listed.",
)
@click.option("--whole", is_flag=True, help="Include the repositories of sub-ecosystems.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only repositories with this tag; repeatable.")
@click.option("--project", metavar="SLUG", help="Project that the repositories belong to.")
@click.option(
    "--category",
    metavar="NAME",
    help="Create the project in this category; without --project, one for each ecosystem that has none.",
)
@_role
@click.option(
    "--limit", type=click.IntRange(min=0), default=40, show_default=True, help="Maximum rows to show; 0 for all."
)
@click.option(
    "--write",
    is_flag=True,
    help="Track those shown, except forks and what is archived, empty or had no push for a year.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write new projects to this file, which the configuration then includes.",
)
@options.max_points
@options.as_json
@options.config
def import_(
    file: Path,
    ecosystems: tuple[str, ...],
    whole: bool,
    tags: tuple[str, ...],
    project: str | None,
    category: str | None,
    role: Role,
    limit: int,
    write: bool,
    into: Path | None,
    max_points: int | None,
    as_json: bool,
    config: Path,
) -> None:
    """Choose repositories from Electric Capital's list of ecosystems, and track them.

    FILE is an export of the list: one JSON object per line with eco_name, branch, repo_url and tags. It may be
    compressed with gzip; - reads the standard input. Without --ecosystem its ecosystems are listed; with --ecosystem,
    the repositories of those.

    With --project or --category, GitHub is queried about those not tracked yet (1 point per 20), and the most recently
    pushed come first; with --write they are added to that project, or each to that of its ecosystem. The answers are
    kept beside the configuration for 30 days: an import that was interrupted, or used up a limit, resumes when the same
    command is run again.
    """
    from collector.cli import repos_import
    from collector.errors import UsageError

    is_taking = project is not None or category is not None
    for option, given in (("--write", write), ("--into", into is not None)):
        if given and not is_taking:
            raise UsageError(
                f"{option} needs --project or --category.", "Say which projects the repositories belong to."
            )
    if not ecosystems:
        if is_taking:
            option = "--category" if project is None else "--project"
            raise UsageError(f"{option} needs --ecosystem.", "Without both, the ecosystems of the file are listed.")
        repos_import.show_ecosystems(file, limit, as_json)
        return
    selection = repos_import.Selection(file, ecosystems, whole, tags, limit)
    if is_taking:
        destination = repos_import.Destination(project, category, role, into)
        repos_import.take_up(selection, config, destination, max_points, write, as_json)
    else:
        repos_import.show_entries(selection, config, as_json)


def _opened(stack: ExitStack, db: Path) -> "sqlite3.Connection":
    """Open the database, or an empty one in memory, which supports the same queries, if there is none yet."""
    from collector.store.database import in_memory

    if db.exists():
        return stack.enter_context(options.opened(db))
    connection = in_memory()
    stack.callback(connection.close)
    return connection
