"""Start a list of tracked repositories from names: owner/name for one, an owner for its active ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collector import clock
from collector.config import Config, Project, TrackedRepository
from collector.config.names import LOGIN, slug_of
from collector.errors import UsageError
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryGlance
from collector.repos.add import CATEGORY, repository_name
from collector.repos.edit import NewProject
from collector.sync import glances

# Days that a trial looks back: the longest window of a signal (104 weeks) and a month.
TRIAL_DAYS = 760
_OWNER_IN_A_LINK = re.compile(r"https?://[^/]+/([^/]+)/?")


@dataclass(frozen=True)
class Begun:
    """A project of one owner with its repositories, and how many of the owner's were left out as inactive."""

    project: NewProject
    repos: tuple[str, ...]
    left_out: int = 0


def wanted(text: str) -> str:
    """Return owner/name or an owner, also from a link to either. Raises UsageError."""
    link = _OWNER_IN_A_LINK.fullmatch(text.strip())
    name = link[1] if link else text.strip()
    return name if LOGIN.fullmatch(name) else repository_name(text)


async def find(
    github: GitHub, names: Sequence[str], limit: int, now: datetime, meter: Meter, category: str = CATEGORY
) -> list[Begun]:
    """Return a project for each owner, with repositories under their current names.

    For the name of an owner, its `limit` most active repositories are taken (0 for all). Forks are left out; so are
    archived ones and those without a push for a year, unless there are no others. Raises UsageError for what GitHub
    does not show. Closes the client.
    """
    found: dict[str, list[str]] = {}
    left_out: dict[str, int] = {}
    asked = list(dict.fromkeys(wanted(name) for name in names))
    try:
        for owner in (name for name in asked if "/" not in name):
            shown = await glances.of_owner(github, owner, now, meter)
            taken = _alive(shown, now)[: limit or None]
            if not taken:
                raise UsageError(f"{owner} has no public repository of its own on GitHub.", "Name one as OWNER/NAME.")
            for name in taken:
                found.setdefault(name.partition("/")[0], []).append(name)
            left_out[taken[0].partition("/")[0]] = len(shown) - len(taken)
        single = [name for name in asked if "/" in name]
        known, missing = await glances.by_name(github, single, now, meter)
        for name, why in missing.items():
            raise glances.not_shown(why, name, f"GitHub shows no public repository {name}.")
        for name in single:
            current = known[name].name_with_owner
            found.setdefault(current.partition("/")[0], []).append(current)
    finally:
        await github.close()
    return [
        Begun(NewProject(slug_of(owner), owner, category), tuple(dict.fromkeys(repos)), left_out.get(owner, 0))
        for owner, repos in found.items()
    ]


def _alive(shown: Sequence[RepositoryGlance], now: datetime) -> list[str]:
    """Return the names of the repositories worth tracking, the most active first."""
    own = [one for one in glances.rank(shown) if not one.is_fork]
    since = clock.to_text(now - glances.YEAR)
    alive = [one for one in own if not one.is_archived and (one.pushed_at or "") > since]
    return [one.name_with_owner for one in alive or own]


def trial(begun: Sequence[Begun]) -> Config:
    """Return a configuration of these projects, for a database that is tried and thrown away."""
    return Config(
        lookback_days=TRIAL_DAYS,
        projects=tuple(
            Project(
                one.project.slug,
                one.project.name,
                (one.project.category,),
                repos=tuple(TrackedRepository(repo, "core") for repo in one.repos),
            )
            for one in begun
        ),
    )
