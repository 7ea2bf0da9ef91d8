"""The configuration as the program sees it: checked, complete and unchangeable."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from collector.config.patterns import DOCS_PATHS, GENERATED_PATHS

Role = Literal["core", "sdk", "examples", "docs", "governance", "contracts", "tools"]
ROLES: tuple[Role, ...] = get_args(Role)

DEFAULT_LOOKBACK_DAYS = 1600
DEFAULT_KEEP_RUNS_DAYS = 400
DEFAULT_PATH = Path("config/repos.toml")


@dataclass(frozen=True)
class TrackedRepository:
    """One repository on GitHub and what it is to its project."""

    repo: str
    role: Role
    note: str = ""


@dataclass(frozen=True)
class Project:
    """What is measured: the union of its repositories, or none and a note that says why."""

    slug: str
    name: str
    category: str
    homepage: str = ""
    note: str = ""
    repos: tuple[TrackedRepository, ...] = ()


@dataclass(frozen=True)
class Bot:
    """A machine behind an ordinary account: from the day `since` on, or always if that is None."""

    login: str
    reason: str
    since: date | None = None


@dataclass(frozen=True)
class Mirror:
    """An account that pushes other people's work into `repo` from elsewhere."""

    login: str
    repo: str
    reason: str


@dataclass(frozen=True)
class Config:
    """The whole file. The three tuples of paths hold patterns for `matches`."""

    lookback_days: int = DEFAULT_LOOKBACK_DAYS
    keep_runs_days: int = DEFAULT_KEEP_RUNS_DAYS
    docs_paths: tuple[str, ...] = DOCS_PATHS
    rule_paths: tuple[str, ...] = ()
    generated_paths: tuple[str, ...] = GENERATED_PATHS
    projects: tuple[Project, ...] = ()
    bots: tuple[Bot, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    path: Path = DEFAULT_PATH

    def hash(self) -> str:
        """16 hex digits that change when something changes that a signal can depend on.

        Comments, order, names, categories, homepages, notes and reasons do not. Call it on the
        whole configuration: one restricted by `selected` has another hash.
        """
        what_counts = {
            "lookback_days": self.lookback_days,
            "docs_paths": sorted(set(self.docs_paths)),
            "rule_paths": sorted(set(self.rule_paths)),
            "generated_paths": sorted(set(self.generated_paths)),
            "projects": sorted(
                (project.slug, sorted((tracked.repo.casefold(), tracked.role) for tracked in project.repos))
                for project in self.projects
            ),
            "bots": sorted((bot.login.casefold(), str(bot.since)) for bot in self.bots),
            "mirrors": sorted((mirror.login.casefold(), mirror.repo.casefold()) for mirror in self.mirrors),
        }
        return hashlib.sha256(json.dumps(what_counts, sort_keys=True).encode()).hexdigest()[:16]
