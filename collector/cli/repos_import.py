"""The three steps of `collect repos import`: list ecosystems, list repositories, track the chosen ones."""

import asyncio
import json
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from collector.cli import logs
from collector.cli.tables import table
from collector.config.names import Role
from collector.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collector.config import Config
    from collector.repos.edit import NewProject
    from collector.repos.export_lines import Faults
    from collector.repos.importing import Outcome
    from collector.repos.lookup_cache import LookedUp
    from collector.repos.taxonomy import Chosen


@dataclass(frozen=True)
class Selection:
    """The selection of repositories from the file."""

    file: Path
    ecosystems: tuple[str, ...]
    whole: bool
    tags: tuple[str, ...]
    limit: int


@dataclass(frozen=True)
class Destination:
    """What the chosen repositories get: a project, or one for each ecosystem, and a role; new ones go `into` a file."""

    project: str | None
    category: str | None
    role: Role
    into: Path | None


def show_ecosystems(file: Path, limit: int, as_json: bool) -> None:
    """Print the ecosystems in the file, the largest first."""
    from collector.repos import taxonomy
    from collector.repos.export_lines import Faults

    faults = Faults()
    found = taxonomy.ecosystems(file, faults)
    _warn_of_faults(faults)
    if as_json:
        click.echo(json.dumps([{"ecosystem": n, "entries": c} for n, c in found.items()], indent=2))
        return
    table(("ecosystem", "entries"), [(n, f"{c:,}") for n, c in list(found.items())[: limit or None]])
    click.echo(f"{len(found):,} ecosystems. --ecosystem NAME shows the repositories of one.")


def show_entries(selection: Selection, config: Path, as_json: bool) -> None:
    """Print the repositories of ecosystems as the file lists them. Nothing is requested from GitHub."""
    from collector.repos.edit import to_extend

    listed = {t.repo.casefold() for p in to_extend(config).projects for t in p.repos}
    chosen, faults = _chosen(selection)
    if as_json:
        rows = (
            {"repo": e.repo, "ecosystem": e.ecosystem, "branch": e.branch, "tags": e.tags, "tracked": key in listed}
            for key, e in chosen.entries.items()
        )
        shown = {**_named(chosen), "within": chosen.within, "repositories": [], "skipped": faults.as_row()}
        for piece in _json_with(shown, "repositories", rows):
            click.echo(piece, nl=False)
        return
    first = 0 if len(chosen.names) > 1 else 1  # a single ecosystem need not be said in each row
    cells = [
        (e.repo, " > ".join((e.ecosystem, *e.branch)[first:]), " ".join(e.tags), "tracked" if key in listed else "")
        for key, e in islice(chosen.entries.items(), selection.limit or None)
    ]
    table(("repository", "within", "tags", ""), cells)
    click.echo(f"{len(chosen.entries):,} repositories of {_in_words(chosen)}.")
    if chosen.within and not selection.whole:
        largest = sorted(chosen.within.items(), key=lambda pair: (-pair[1], pair[0]))
        shown_names = ", ".join(f"{plain(n)} ({c:,})" for n, c in largest[:10])
        click.echo(f"Sub-ecosystems: {shown_names}; --whole includes them.")
    click.echo("Use --project SLUG to look up those not tracked yet on GitHub.")


def _json_with(shown: dict[str, object], name: str, rows: "Iterable[object]") -> "Iterator[str]":
    """Yield JSON like that of `shown`, with these rows in its empty list `name`: they are too many to hold."""
    # Only keys of the outermost object are indented by two spaces.
    before, after = json.dumps(shown, indent=2).split(f'\n  "{name}": []')
    yield f'{before}\n  "{name}": ['
    end = ""
    for row in rows:
        yield f"{end and ','}\n{indent(json.dumps(row, indent=2), ' ' * 4)}"
        end = "\n  "
    yield f"{end}]{after}\n"


def take_up(
    selection: Selection, config: Path, destination: Destination, max_points: int | None, write: bool, as_json: bool
) -> None:
    """Look up untracked repositories on GitHub and print the active ones first; with `write`, track those."""
    from collector import clock
    from collector.repos import add, importing
    from collector.repos.edit import Document, to_extend

    tracked, now = to_extend(config), clock.utc_now()
    chosen, faults = _chosen(selection)
    projects = add.projects_for(tracked, chosen.names, destination.project, destination.category or "")
    if destination.into is not None:  # find what is wrong with it before anything is looked up
        document = Document(config)
        for project in dict.fromkeys(projects.values()):
            add.put(document, project, destination.into)
    slugs = {name: add.slug_in(project) for name, project in projects.items()}
    looked_up = _look_up(chosen, tracked, slugs, max_points)
    outcome = importing.sort_out(chosen, tracked, looked_up, slugs, now, selection.limit)
    files: list[Path] = []
    if write and outcome.taken:
        document = Document(config)  # loaded again: it may have been edited in the meantime
        add.take_up_found(document, outcome.taken, projects.values(), destination.role, destination.into)
        files = list(dict.fromkeys(document.file_of(found.project) for found in outcome.taken))
    if as_json:
        told = {
            **_named(chosen),
            "written": write,
            "not_public": list(
                dict.fromkeys(o.repo for o in outcome.left_out if o.reason in ("not_public", "blocked"))
            ),
            "not_shown": looked_up.unknown,
            "repositories": [found.as_row() for found in outcome.shown],
            "left_out": {"counts": outcome.counts(), "repositories": [asdict(one) for one in outcome.left_out]},
            "skipped": faults.as_row(),
        }
        click.echo(json.dumps(told, indent=2))
    else:
        _tell(outcome, chosen, looked_up)
        _tell_taken(outcome, list(projects.values()), files)


def _look_up(chosen: "Chosen", tracked: "Config", projects: "Mapping[str, str]", max_points: int | None) -> "LookedUp":
    from collector import clock
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import importing, lookup_cache

    names = importing.untracked(chosen, tracked, projects)
    if not names:
        return lookup_cache.LookedUp({}, {})
    github, meter = environment.github(max_points), Meter()
    file = tracked.path.with_name(f"{tracked.path.name}.answers.jsonl")
    kept = lookup_cache.LookupCache(file, github.graphql_url, logs.LOG.warning)
    try:
        with logs.progress("Looking up") as progress:
            return asyncio.run(lookup_cache.look_up(github, names, kept, clock.utc_now(), meter, progress))
    finally:
        logs.LOG.info("%d requests to GitHub for %d points; the answers are in %s.", meter.requests, meter.points, file)


def _tell(outcome: "Outcome", chosen: "Chosen", looked_up: "LookedUp") -> None:
    cells = [(f.repo, f.project, (f.pushed_at or "-")[:10], f"{f.stars:,}", f.remark) for f in outcome.shown]
    table(("repository", "project", "last push", "stars", ""), cells)
    by_reason = [one.reason for one in outcome.left_out]
    gone = by_reason.count("not_public") + by_reason.count("blocked")
    click.echo(
        f"{outcome.listed:,} repositories of {_in_words(chosen)}: {outcome.tracked:,} are tracked, "
        f"{gone:,} are not public, {outcome.new:,} are new."
    )
    if sentence := outcome.sentence():
        click.echo(f"{sentence} --json lists them.")
    for name, why in looked_up.unknown.items():
        logs.say(f"Not shown: {name}: {why}")


def _tell_taken(outcome: "Outcome", projects: "list[str | NewProject]", files: list[Path]) -> None:
    from collector.repos import add

    slugs = [add.slug_in(project) for project in dict.fromkeys(projects)]
    with_some = {found.project for found in outcome.taken}
    for slug in slugs:
        if slug not in with_some and len(slugs) > 1:
            click.echo(f"{slug}: none of its repositories is taken.")
    if outcome.taken:
        where = slugs[0] if len(slugs) == 1 else f"{len(with_some)} projects"
        done = f"were added to {where} in {' and '.join(map(str, files))}" if files else "would be added by --write"
        click.echo(f"{len(outcome.taken)} of those shown are active and not forks: they {done}.")


def _chosen(selection: Selection) -> "tuple[Chosen, Faults]":
    from collector.repos import taxonomy
    from collector.repos.export_lines import Faults

    faults = Faults()
    chosen = taxonomy.choose(selection.file, selection.ecosystems, selection.whole, selection.tags, faults)
    _warn_of_faults(faults)
    return chosen, faults


def _named(chosen: "Chosen") -> dict[str, object]:
    return {"ecosystem": chosen.names[0] if len(chosen.names) == 1 else None, "ecosystems": chosen.names}


def _in_words(chosen: "Chosen") -> str:
    names = chosen.names
    return plain(names[0] if len(names) == 1 else f"{len(names)} ecosystems")


def _warn_of_faults(faults: "Faults") -> None:
    if sentence := faults.sentence():
        logs.LOG.warning("%s", sentence)
