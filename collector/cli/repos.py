"""`collect repos`: the list of what is tracked."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs, options, tables
from collector.config.names import ROLES, Role

if TYPE_CHECKING:
    import sqlite3

_project = click.option("--project", metavar="SLUG", help="The project that it belongs to.")
_category = click.option("--category", metavar="NAME", help="Make that project anew, in this category.")
_role = click.option(
    "--role", type=click.Choice(ROLES), default="core", show_default=True, help="What it is to its project."
)


@click.group("repos", epilog="Example: collect repos check --write")
def command() -> None:
    """The tracked repositories: list, check, add, discover, import.

    They stand in the configuration, which is edited with its comments kept. GitHub is asked with the token of
    `collect sync`.
    """


@command.command("list", epilog="Example: collect repos list --json")
@options.as_json
@options.db
@options.config
def list_(as_json: bool, db: Path, config: Path) -> None:
    """List the tracked repositories with their status and last complete sync. GitHub is not asked."""
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
@click.option("--write", is_flag=True, help="Make the proposed edits in the configuration.")
@options.as_json
@options.db
@options.config
def check(write: bool, as_json: bool, db: Path, config: Path) -> None:
    """Ask GitHub what has become of each tracked repository, and propose edits of the configuration.

    Renamed, listed twice, private or deleted, blocked, archived, a fork, without a push for a year, gone on elsewhere:
    what the note of a repository says already is not proposed again. One that refuses the token is not_authorised, and
    keeps its place. With 3 it ends when there are such, or GitHub gave no answer about some of them.
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
        total = sum(len(p.repos) for p in tracked.projects)
        odd = len({f.repo for f in findings})
        click.echo(f"{odd} of {total} repositories are not as the configuration says, or are worth a look.")
        if edits:
            done = f"made in {config}; look at them" if write else "proposed: --write makes them"
            click.echo(f"{len(edits)} {'edit' if len(edits) == 1 else 'edits'} {done}.")
    logs.LOG.info("Asked GitHub %d times for %d points.", meter.requests, meter.points)
    if any(f.kind in ("failed", "not_authorised") for f in findings):
        click.get_current_context().exit(3)


@command.command("add", epilog="Example: collect repos add golemfactory/yagna --project golem --role core")
@click.argument("repository", metavar="OWNER/NAME")
@_project
@_category
@_role
@click.option("--note", default="", metavar="TEXT", help="What a reader should know of it.")
@options.as_json
@options.config
def add(
    repository: str, project: str | None, category: str | None, role: Role, note: str, as_json: bool, config: Path
) -> None:
    """Track one more repository: it is looked up at GitHub and written under its name of today.

    Without --project it joins the project that has repositories of the same owner.
    """
    import asyncio

    from collector import clock
    from collector.config import load
    from collector.errors import UsageError
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import add
    from collector.repos.edit import Document, NewProject
    from collector.sync import glances
    from collector.text import plain

    tracked = load(config)
    name = add.repository_name(repository)
    github = environment.github()
    found, missing = asyncio.run(add.look_up(github, [name], tracked, clock.utc_now(), Meter()))
    if missing:
        raise glances.not_shown(missing[name], name, f"GitHub shows no public repository {name}.")
    (candidate,) = found
    if candidate.tracked:
        raise UsageError(f"{candidate.repo} is tracked already.")
    home = add.project_for(tracked, candidate.repo, project, category)
    add.take_up(Document(config), found, home, role, note)
    slug = home.slug if isinstance(home, NewProject) else home
    if as_json:
        click.echo(json.dumps({"project": slug, "role": role, **candidate.as_row()}, indent=2))
        return
    renamed = f", as {name} is called today," if candidate.repo.casefold() != name.casefold() else ""
    remark = f" It is a {candidate.remark}." if candidate.fork_of else " It is archived." if candidate.archived else ""
    click.echo(plain(f"Added {candidate.repo}{renamed} to {slug} in {config}.{remark} `collect sync` reads it."))


@command.command("discover", epilog="Example: collect repos discover golemfactory --limit 20")
@click.argument("organisation", metavar="ORG")
@click.option("--all", "everything", is_flag=True, help="Also what is tracked already.")
@click.option("--limit", type=click.IntRange(min=0), default=40, show_default=True, help="Rows to show; 0 for all.")
@options.as_json
@options.config
def discover(organisation: str, everything: bool, limit: int, as_json: bool, config: Path) -> None:
    """List what an organisation or a user has on GitHub that is not tracked yet.

    The most active stand first: by commits on the default branch within a year, which stars and empty pushes do not
    move. Forks, whose commits are mostly others' work, and archived repositories stand last.
    """
    import asyncio

    from collector import clock
    from collector.config import load
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import add

    tracked = load(config)
    github = environment.github()
    found = asyncio.run(add.discover(github, organisation, tracked, clock.utc_now(), Meter()))
    shown = [c for c in found if everything or not c.tracked]
    if as_json:
        click.echo(json.dumps([c.as_row() for c in shown], indent=2))
        return
    tables.candidates(shown[: limit or None])
    known = sum(c.tracked for c in found)
    part = f", the first {limit} of them shown" if limit and len(shown) > limit else ""
    click.echo(f"{len(found)} repositories of {organisation}: {known} are tracked, {len(shown)} are listed here{part}.")


@command.command("import", epilog='Example: collect repos import exports.jsonl --ecosystem "Golem" --project golem')
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--ecosystem", metavar="NAME", help="The ecosystem to look at; without it, all are listed.")
@click.option("--whole", is_flag=True, help="With the repositories of the ecosystems within it.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only repositories with this tag; may be repeated.")
@_project
@_category
@_role
@click.option("--limit", type=click.IntRange(min=0), default=40, show_default=True, help="Rows; 0 for all.")
@click.option("--write", is_flag=True, help="Track those shown, but forks and what is archived or silent for a year.")
@options.as_json
@options.config
def import_(
    file: Path,
    ecosystem: str | None,
    whole: bool,
    tags: tuple[str, ...],
    project: str | None,
    category: str | None,
    role: Role,
    limit: int,
    write: bool,
    as_json: bool,
    config: Path,
) -> None:
    """Choose repositories from Electric Capital's list of ecosystems, and track them.

    FILE is the list's export: a JSON object a line with eco_name, branch, repo_url and tags. Without --ecosystem its
    ecosystems are listed, with --ecosystem the repositories of one. With --project GitHub is asked about those that are
    not tracked yet, a point for every 50, and the most active stand first; with --write they are added to that project.
    """
    from collector.cli import repos_import
    from collector.errors import UsageError

    if write and project is None:
        raise UsageError("--write needs --project.", "Say which project the repositories belong to.")
    if ecosystem is None:
        if project is not None:
            raise UsageError("--project needs --ecosystem.", "Without both, the ecosystems of the file are listed.")
        repos_import.show_ecosystems(file, limit, as_json)
        return
    choice = repos_import.Choice(file, ecosystem, whole, tags, limit)
    if project is None:
        repos_import.show_entries(choice, config, as_json)
    else:
        repos_import.take_up(choice, config, repos_import.Home(project, category, role), write, as_json)


def _opened(stack: ExitStack, db: Path) -> "sqlite3.Connection":
    """The database; an empty one in memory answers the same questions where there is none yet."""
    from collector.store.database import in_memory

    if db.exists():
        return stack.enter_context(options.opened(db))
    connection = in_memory()
    stack.callback(connection.close)
    return connection
