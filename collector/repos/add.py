"""Candidates for the list: what GitHub shows of them, and which of them are taken up."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from collector.config import Config, Role
from collector.config.names import IN_A_LINK, REPOSITORY, SLUG
from collector.did_you_mean import did_you_mean
from collector.errors import UsageError
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryGlance
from collector.github.responses import Absence
from collector.repos.edit import Document, Edit, NewProject
from collector.sync import glances


@dataclass(frozen=True)
class Candidate:
    """A repository that could be tracked, as GitHub shows it today."""

    repo: str
    commits: int  # of the default branch within a year
    pull_requests: int  # merged, ever
    releases: int
    pushed_at: str | None
    stars: int
    fork_of: str | None
    archived: bool
    tracked: bool

    @property
    def remark(self) -> str:
        """What speaks against it, if anything."""
        words = [f"fork of {self.fork_of}"] if self.fork_of else []
        words += ["archived"] if self.archived else []
        words += ["tracked"] if self.tracked else []
        return ", ".join(words)

    def as_row(self) -> dict[str, object]:
        """For a program."""
        return asdict(self)


def candidates(found: Sequence[RepositoryGlance], config: Config) -> list[Candidate]:
    """The most active first, forks and archived ones last."""
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
    """What an organisation or a user has on GitHub.

    Raises UsageError when there is no such account, or it refuses the token.
    """
    try:
        return candidates(await glances.of_owner(github, login, now, meter), config)
    finally:
        await github.close()


async def look_up(
    github: GitHub, names: Sequence[str], config: Config, now: datetime, meter: Meter
) -> tuple[list[Candidate], dict[str, Absence]]:
    """(what GitHub shows of these repositories under their names of today, the names that it does not show: why)."""
    try:
        shown, missing = await glances.by_name(github, names, now, meter)
    finally:
        await github.close()
    unique = {g.name_with_owner: g for g in shown.values()}
    return candidates(list(unique.values()), config), missing


def repository_name(text: str) -> str:
    """owner/name, also from an address. Raises UsageError."""
    meant = IN_A_LINK.fullmatch(text.strip())
    if meant is None or not REPOSITORY.fullmatch(meant[1]):
        raise UsageError(f'"{text}" is not a repository.', "Give it as OWNER/NAME, as in its address on GitHub.")
    return meant[1]


def project_for(config: Config, repo: str, slug: str | None, category: str | None) -> str | NewProject:
    """The project that a repository belongs to: the one named, else the only one with repositories of its owner.

    With a `category` a project that is not there yet is a new one. Raises UsageError.
    """
    slugs = [p.slug for p in config.projects]
    if slug is None:
        owner = repo.partition("/")[0].casefold()
        own = [p.slug for p in config.projects if any(t.repo.casefold().startswith(f"{owner}/") for t in p.repos)]
        if len(own) != 1:
            which = f"Repositories of {owner} belong to {', '.join(own)}" if own else f"No project has one of {owner}"
            raise UsageError(f"{which}.", f"Say --project, one of {', '.join(slugs)}.")
        return own[0]
    if slug in slugs:
        return slug
    if category is None:
        raise UsageError(
            f'There is no project "{slug}"{did_you_mean(slug, slugs)}', "For a new one give its --category as well."
        )
    if not SLUG.fullmatch(slug):
        raise UsageError(f'"{slug}" is no slug.', "Use a-z and 0-9 with single hyphens between.")
    return NewProject(slug, slug, category)


def take_up(document: Document, chosen: Iterable[Candidate], project: str | NewProject, role: Role, note: str) -> None:
    """Write candidates into the configuration. Raises ConfigError and UsageError; then nothing is written."""
    if isinstance(project, NewProject):
        document.add_project(project)
    slug = project.slug if isinstance(project, NewProject) else project
    for candidate in chosen:
        fork = f"A fork of {candidate.fork_of}." if candidate.fork_of else ""
        document.apply(Edit("add", candidate.repo, " ".join(filter(None, [fork, note])), slug, role))
    document.save()
