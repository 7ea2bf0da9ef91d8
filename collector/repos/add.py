"""Find repositories that could be tracked, and add chosen ones to the configuration."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from os.path import realpath
from pathlib import Path

from collector.config import Config, Role
from collector.config.names import IN_A_LINK, REPOSITORY, SLUG, slug_of
from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryGlance
from collector.github.responses import Absence
from collector.repos.edit import Addition, Document, NewProject
from collector.repos.outcome import Outcome
from collector.sync import glances
from collector.text import plain

CATEGORY = "software"
"""The category of a project for which none is given."""


@dataclass(frozen=True)
class Candidate:
    """A repository that could be tracked, as GitHub shows it now."""

    repo: str
    commits: int  # on the default branch within a year
    pull_requests: int  # merged, of all time
    releases: int
    pushed_at: str | None
    stars: int
    fork_of: str | None
    archived: bool
    tracked: bool

    @property
    def remark(self) -> str:
        """What speaks against tracking it: a fork, archived or already tracked; empty otherwise."""
        words = [f"fork of {self.fork_of}"] if self.fork_of else []
        words += ["archived"] if self.archived else []
        words += ["tracked"] if self.tracked else []
        return ", ".join(words)

    def as_row(self) -> dict[str, object]:
        """Return it as a dict for JSON."""
        return asdict(self)


def candidates(found: Sequence[RepositoryGlance], config: Config) -> list[Candidate]:
    """Return candidates, the most active first, forks and archived repositories last."""
    listed = {t.repo.casefold() for p in config.projects for t in p.repos}
    return [
        Candidate(
            repo=g.name_with_owner,
            commits=g.commits,
            pull_requests=g.pull_requests.total_count,
            releases=g.releases.total_count,
            pushed_at=g.pushed_at,
            stars=g.stargazer_count,
            fork_of=(g.parent.name_with_owner if g.parent else "one that is not public") if g.is_fork else None,
            archived=g.is_archived,
            tracked=g.name_with_owner.casefold() in listed,
        )
        for g in glances.rank(found)
    ]


async def discover(github: GitHub, login: str, config: Config, now: datetime, meter: Meter) -> list[Candidate]:
    """Return the public repositories of an organisation or user.

    Raises UsageError if there is no such account, or if it refuses the token.
    """
    try:
        return candidates(await glances.of_owner(github, login, now, meter), config)
    finally:
        await github.close()


async def look_up(
    github: GitHub, names: Sequence[str], config: Config, now: datetime, meter: Meter
) -> tuple[list[Candidate], dict[str, Absence]]:
    """Return the candidates under their current names, and the reason for each name that GitHub does not show."""
    try:
        shown, missing = await glances.by_name(github, names, now, meter)
    finally:
        await github.close()
    unique = {g.name_with_owner: g for g in shown.values()}
    return candidates(list(unique.values()), config), missing


def repository_name(text: str) -> str:
    """Return owner/name, also from a URL. Raises UsageError."""
    meant = IN_A_LINK.fullmatch(text.strip())
    if meant is None or not REPOSITORY.fullmatch(meant[1]):
        raise UsageError(f'"{text}" is not a repository.', "Write it as OWNER/NAME, as in its address on GitHub.")
    return meant[1]


def project_for(config: Config, repo: str, slug: str | None, category: str | None) -> str | NewProject:
    """Return the project for a repository: the one named, otherwise the only project with repositories of its owner.

    With a `category`, or in an empty configuration, one that does not exist yet becomes a new project; without a `slug`
    it is named after the owner. Raises UsageError.
    """
    slugs = [p.slug for p in config.projects]
    if slug is None:
        name = repo.partition("/")[0]
        owner = name.casefold()
        own = [p.slug for p in config.projects if any(t.repo.casefold().startswith(f"{owner}/") for t in p.repos)]
        if not own and (category or not slugs) and slug_of(name) not in slugs:
            return NewProject(slug_of(name), name, category or CATEGORY)
        if len(own) != 1:
            which = (
                f"Repositories of {owner} belong to {', '.join(own)}"
                if own
                else f"No project has a repository of {owner}"
            )
            raise UsageError(f"{which}.", f"Choose with --project: {', '.join(slugs)}.")
        return own[0]
    if slug in slugs:
        return slug
    if category is None and slugs:
        raise UsageError(
            f'There is no project "{slug}"{did_you_mean(slug, slugs)}', "To create it, also pass --category."
        )
    if not SLUG.fullmatch(slug):
        raise UsageError(f'"{slug}" is not a valid slug.', "Use a-z and 0-9, separated by single hyphens.")
    return NewProject(slug, slug, category or CATEGORY)


def projects_for(
    config: Config, ecosystems: Iterable[str], slug: str | None, category: str
) -> dict[str, str | NewProject]:
    """Return the project for each ecosystem: the one named, otherwise one of its own, new or of that slug.

    Raises UsageError if two would be of the same slug, or a name suggests none.
    """
    if slug is not None:
        return dict.fromkeys(ecosystems, project_for(config, "", slug, category or None))
    slugs = {project.slug for project in config.projects}
    taken: dict[str, str] = {}
    found: dict[str, str | NewProject] = {}
    for name in ecosystems:
        own = slug_of(name)
        if not own:
            raise UsageError(f'The name "{name}" suggests no slug for a project.', "Import it alone, with --project.")
        if own in taken:
            both = f'"{taken[own]}" and "{name}"'
            raise UsageError(f"The projects of {both} would both be {own}.", "Import one of them with --project.")
        taken[own] = name
        found[name] = own if own in slugs else NewProject(own, plain(name), category)
    return found


def slug_in(project: str | NewProject) -> str:
    """Return the slug of a project that may be new."""
    return project.slug if isinstance(project, NewProject) else project


def take_up(document: Document, chosen: Iterable[Candidate], project: str | NewProject, role: Role, note: str) -> None:
    """Write candidates to the configuration. Raises ConfigError or UsageError, with the file unchanged."""
    if isinstance(project, NewProject):
        document.add_project(project)
    repos = []
    for candidate in chosen:
        fork = f"A fork of {candidate.fork_of}." if candidate.fork_of else ""
        repos.append((candidate.repo, " ".join(filter(None, [fork, note]))))
    document.add(role, {slug_in(project): repos})
    document.save()


def take_up_found(
    document: Document,
    outcome: Outcome,
    projects: Iterable[str | NewProject],
    role: Role,
    into: Path | None,
) -> list[Path]:
    """Write repositories of a list to their projects, and return the files; those that get none are not made.

    New projects are added to the file `into`, or else to the main one. Raises like `take_up`.
    """
    taken = outcome.taken_in()
    apart, rest = list[NewProject](), dict[str, Iterator[tuple[str, str]]]()
    for project in dict.fromkeys(projects):
        slug = slug_in(project)
        if slug not in taken:
            continue
        if isinstance(project, NewProject):
            if into is not None:
                apart.append(project)
                continue
            document.add_project(project)
        rest[slug] = _noted(outcome, slug)
    document.add(role, rest)
    document.save(into if apart else None, (Addition(one, role, _noted(outcome, one.slug)) for one in apart))
    return list(dict.fromkeys([*map(document.file_of, rest), *([into] if apart and into else [])]))


def _noted(outcome: Outcome, slug: str) -> Iterator[tuple[str, str]]:
    """Yield the repositories to be tracked in a project, each with its note."""
    for found in outcome.taken(slug):
        yield found.repo, f"Was {found.listed_as}." if found.is_renamed else ""


def require_place(document: Document, projects: Iterable[str | NewProject], into: Path) -> None:
    """Find what is wrong with the file that new projects are to be written to. Raises UsageError and ConfigError."""
    for project in projects:
        if isinstance(project, NewProject):
            document.include(into)
        elif realpath(document.file_of(project)) != realpath(into):
            raise UsageError(
                f"The project {project} is in {document.file_of(project)}, not in {into}.",
                "Leave out --into, or choose another project.",
            )
