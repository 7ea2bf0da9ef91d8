"""The three steps of `collect repos import`: list ecosystems, list repositories, track the chosen ones."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.cli import logs
from collector.cli.tables import candidates, table
from collector.config.names import Role
from collector.text import plain

if TYPE_CHECKING:
    from collector.github.responses import Absence
    from collector.repos.add import Candidate
    from collector.repos.taxonomy import Faults


@dataclass(frozen=True)
class Selection:
    """The selection of repositories from the file."""

    file: Path
    ecosystem: str
    whole: bool
    tags: tuple[str, ...]
    limit: int


@dataclass(frozen=True)
class Destination:
    """The project, category and role that the chosen repositories get."""

    project: str
    category: str | None
    role: Role


def show_ecosystems(file: Path, limit: int, as_json: bool) -> None:
    """Print the ecosystems in the file, the largest first."""
    from collector.repos import taxonomy

    faults = taxonomy.Faults()
    found = taxonomy.ecosystems(file, faults)
    _warn_of_faults(faults)
    if as_json:
        click.echo(json.dumps([{"ecosystem": n, "entries": c} for n, c in found.items()], indent=2))
        return
    table(("ecosystem", "entries"), [(n, f"{c:,}") for n, c in list(found.items())[: limit or None]])
    click.echo(f"{len(found):,} ecosystems. --ecosystem NAME shows the repositories of one.")


def show_entries(selection: Selection, config: Path, as_json: bool) -> None:
    """Print the repositories of an ecosystem as the file lists them. Nothing is requested from GitHub."""
    from collector.config import load
    from collector.repos import taxonomy

    listed = {t.repo.casefold() for p in load(config).projects for t in p.repos}
    faults = taxonomy.Faults()
    chosen = taxonomy.choose(selection.file, selection.ecosystem, selection.whole, selection.tags, faults)
    _warn_of_faults(faults)
    if as_json:
        rows = [
            {"repo": e.repo, "branch": e.branch, "tags": e.tags, "tracked": key in listed}
            for key, e in chosen.entries.items()
        ]
        shown = {"ecosystem": chosen.name, "within": chosen.within, "repositories": rows}
        click.echo(json.dumps(shown, indent=2))
        return
    cells = [
        (e.repo, " > ".join(e.branch), " ".join(e.tags), "tracked" if key in listed else "")
        for key, e in list(chosen.entries.items())[: selection.limit or None]
    ]
    table(("repository", "within", "tags", ""), cells)
    click.echo(f"{len(chosen.entries):,} repositories of {plain(chosen.name)}.")
    if chosen.within and not selection.whole:
        largest = sorted(chosen.within.items(), key=lambda pair: (-pair[1], pair[0]))
        shown_names = ", ".join(f"{plain(n)} ({c:,})" for n, c in largest[:10])
        click.echo(f"Sub-ecosystems: {shown_names}; --whole includes them.")
    click.echo("Use --project SLUG to look up those not tracked yet on GitHub.")


def take_up(selection: Selection, config: Path, destination: Destination, write: bool, as_json: bool) -> None:
    """Look up untracked repositories on GitHub and print the most active first; with `write`, track the active ones."""
    from collector import clock
    from collector.config import load
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import add, taxonomy
    from collector.repos.edit import Document
    from collector.sync import glances

    tracked, now, meter = load(config), clock.utc_now(), Meter()
    listed = {t.repo.casefold() for p in tracked.projects for t in p.repos}
    faults = taxonomy.Faults()
    chosen = taxonomy.choose(selection.file, selection.ecosystem, selection.whole, selection.tags, faults)
    _warn_of_faults(faults)
    names = [e.repo for key, e in chosen.entries.items() if key not in listed]
    project = add.project_for(tracked, "", destination.project, destination.category)
    found: list[Candidate] = []
    missing: dict[str, Absence] = {}
    if names:
        github = environment.github()
        found, missing = asyncio.run(add.look_up(github, names, tracked, now, meter))
    not_public = [name for name, absence in missing.items() if absence.reason in ("not_found", "blocked")]
    not_shown = {name: absence.message for name, absence in missing.items() if name not in not_public}
    new = [c for c in found if not c.tracked]
    shown = new[: selection.limit or None]
    since = clock.to_text(now - glances.YEAR)
    taken = [c for c in shown if not c.fork_of and not c.archived and (c.pushed_at or "") > since]
    if write and taken:
        add.take_up(Document(config), taken, project, destination.role, "")
    logs.LOG.info("%d requests to GitHub for %d points.", meter.requests, meter.points)
    if as_json:
        rows = [{**c.as_row(), "taken": c in taken} for c in shown]
        told = {"ecosystem": chosen.name, "written": write, "not_public": not_public, "repositories": rows}
        told["not_shown"] = not_shown
        click.echo(json.dumps(told, indent=2))
        return
    candidates(shown)
    known = len(chosen.entries) - len(names)
    click.echo(
        f"{len(chosen.entries):,} repositories of {plain(chosen.name)}: {known:,} are tracked, "
        f"{len(not_public):,} are not public, {len(new):,} are new."
    )
    for name, why in not_shown.items():
        logs.say(f"Not shown: {name}: {why}")
    if taken:
        done = f"were added to {destination.project} in {config}" if write else "would be added by --write"
        click.echo(f"{len(taken)} of those shown are active and not forks: they {done}.")


def _warn_of_faults(faults: "Faults") -> None:
    if sentence := faults.sentence():
        logs.LOG.warning("%s", sentence)
