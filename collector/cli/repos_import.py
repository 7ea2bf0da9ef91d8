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
from collector.cli.tables import long_table, table
from collector.config.names import Role
from collector.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from collector.config import Config
    from collector.repos.edit import NewProject
    from collector.repos.export_lines import Entry, Faults
    from collector.repos.lookup_cache import LookedUp
    from collector.repos.outcome import Outcome
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

    def is_listed(entry: "Entry") -> bool:
        return entry.repo.lower() in listed

    if as_json:
        shown = {**_named(chosen), "within": chosen.within, "repositories": [], "skipped": faults.as_row()}
        rows = (
            {"repo": e.repo, "ecosystem": e.ecosystem, "branch": e.branch, "tags": e.tags, "tracked": is_listed(e)}
            for e in chosen.entries
        )
        _print_json(shown, [(1, "repositories", rows)])
        return
    first = 0 if len(chosen.names) > 1 else 1  # a single ecosystem need not be said in each row

    def cells() -> "Iterator[Sequence[str]]":
        for e in islice(chosen.entries, selection.limit or None):
            within = " > ".join((e.ecosystem, *e.branch)[first:])
            yield e.repo, within, " ".join(e.tags), "tracked" if is_listed(e) else ""

    long_table(("repository", "within", "tags", ""), cells)
    click.echo(f"{len(chosen.entries):,} repositories of {_in_words(chosen)}.")
    if chosen.within and not selection.whole:
        largest = sorted(chosen.within.items(), key=lambda pair: (-pair[1], pair[0]))
        shown_names = ", ".join(f"{plain(n)} ({c:,})" for n, c in largest[:10])
        click.echo(f"Sub-ecosystems: {shown_names}; --whole includes them.")
    click.echo("Use --project SLUG to look up those not tracked yet on GitHub.")


def _print_json(shown: dict[str, object], lists: "Sequence[tuple[int, str, Iterable[object]]]") -> None:
    """Print `shown` as JSON with rows in its empty lists, for they are too many to hold.

    `lists` has the depth and the key of each, and its rows, in their order in `shown`.
    """
    rest = json.dumps(shown, indent=2)
    for depth, key, rows in lists:
        # Only keys at that depth are indented by so many spaces.
        space = "\n" + " " * 2 * depth
        before, rest = rest.split(f'{space}"{key}": []', maxsplit=1)
        click.echo(f'{before}{space}"{key}": [', nl=False)
        separator = ""
        for row in rows:
            click.echo(f"{separator}\n{indent(json.dumps(row, indent=2), ' ' * 2 * (depth + 1))}", nl=False)
            separator = ","
        click.echo(f"{space if separator else ''}]", nl=False)
    click.echo(rest)


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
        add.require_place(Document(config), dict.fromkeys(projects.values()), destination.into)
    slugs = {name: add.slug_in(project) for name, project in projects.items()}
    looked_up = _look_up(chosen, tracked, slugs, max_points)
    outcome = importing.sort_out(chosen, tracked, looked_up, slugs, now, selection.limit)
    files: list[Path] = []
    if write and outcome.taken_in():
        document = Document(config)  # loaded again: it may have been edited in the meantime
        files = add.take_up_found(document, outcome, projects.values(), destination.role, destination.into)
    if as_json:
        told = {
            **_named(chosen),
            "written": write,
            "not_public": [],
            "not_shown": looked_up.unknown,
            "repositories": [],
            "left_out": {"counts": outcome.counts(), "repositories": []},
            "skipped": faults.as_row(),
        }
        found = (found.as_row() for found in outcome.shown())
        left_out = (asdict(one) for one in outcome.left_out())
        _print_json(
            told,
            [(1, "not_public", outcome.not_public()), (1, "repositories", found), (2, "repositories", left_out)],
        )
    else:
        _tell(outcome, chosen, looked_up)
        _tell_taken(outcome, list(projects.values()), files)


def _look_up(chosen: "Chosen", tracked: "Config", projects: "Mapping[str, str]", max_points: int | None) -> "LookedUp":
    from collector import clock
    from collector.github import environment
    from collector.github.client import Meter
    from collector.repos import importing, lookup_cache

    def names() -> "Iterator[str]":
        return importing.untracked(chosen, tracked, projects)

    if next(names(), None) is None:
        return lookup_cache.LookedUp(lookup_cache.Answers(), {})
    github, meter = environment.github(max_points), Meter()
    file = tracked.path.with_name(f"{tracked.path.name}.answers.jsonl")
    kept = lookup_cache.LookupCache(file, github.graphql_url, logs.LOG.warning)
    try:
        with logs.progress("Looking up", every=logs.HEARTBEAT) as progress:
            return asyncio.run(lookup_cache.look_up(github, names, kept, clock.utc_now(), meter, _tell_cost, progress))
    finally:
        logs.LOG.info("%d requests to GitHub for %d points; the answers are in %s.", meter.requests, meter.points, file)


def _tell_cost(left: int, answered: int) -> None:
    """Say what looking up takes, if that is more than GitHub grants in an hour."""
    from collector.github.rate_limits import POINTS_AN_HOUR
    from collector.repos.lookup_cache import BATCH

    points = -(-left // BATCH)
    if points > POINTS_AN_HOUR:
        before = f"; {answered:,} others were answered before" if answered else ""
        logs.LOG.info(
            "%s",
            f"{left:,} repositories are looked up, for {points:,} points{before}. GitHub grants {POINTS_AN_HOUR:,} an "
            "hour: when they are used up, run the same command again, and it resumes.",
        )


def _tell(outcome: "Outcome", chosen: "Chosen", looked_up: "LookedUp") -> None:
    def cells() -> "Iterator[Sequence[str]]":
        for f in outcome.shown():
            yield f.repo, f.project, (f.pushed_at or "-")[:10], f"{f.stars:,}", f.remark

    long_table(("repository", "project", "last push", "stars", ""), cells)
    counts = outcome.counts()
    gone = counts.get("not_public", 0) + counts.get("blocked", 0)
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
    taken = outcome.taken_in()
    for slug in slugs:
        if slug not in taken and len(slugs) > 1:
            click.echo(f"{slug}: none of its repositories is taken.")
    if taken:
        where = slugs[0] if len(slugs) == 1 else f"{len(taken)} projects"
        done = f"were added to {where} in {' and '.join(map(str, files))}" if files else "would be added by --write"
        click.echo(f"{sum(taken.values()):,} of those shown are active and not forks: they {done}.")


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
