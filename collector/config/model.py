"""The configuration as frozen pydantic dataclasses, validated whether created from the file or in code.

Validators raise ValueError with a complete sentence. For errors that pydantic finds itself, `reader` builds the
sentence from the field's description: `"name" must be text in quotes, not a list.`
"""

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from collector.config.names import IN_A_LINK, LOGIN, REPOSITORY, SLUG, Role, slug_of
from collector.config.patterns import DOCS_PATHS, NOT, RULE_PATHS, fault
from collector.config.review_commands import REVIEW_COMMANDS
from collector.config.uncounted_paths import GENERATED_PATHS

DEFAULT_PATH = Path("config/repos.toml")

# In code, fields can be set by name where the key in the file differs.
_TABLE = ConfigDict(extra="forbid", validate_by_alias=True, validate_by_name=True)


def _on_one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _slug(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        example = slug_of(slug) or "my-project"
        raise ValueError(f'slug "{slug}" must be a-z and 0-9, separated by single hyphens, like "{example}".')
    return slug


def _homepage(homepage: str) -> str:
    if homepage and not re.fullmatch(r"https?://[^\s/]+\S*", homepage):
        raise ValueError(f'homepage "{homepage}" is not a web address, like "https://example.org".')
    return homepage


def _login(login: str) -> str:
    if not LOGIN.fullmatch(login):
        raise ValueError(f'login "{login}" is not a GitHub login (letters, digits and hyphens, without @).')
    return login


def _repository(repo: str) -> str:
    if REPOSITORY.fullmatch(repo):
        return repo
    meant = IN_A_LINK.fullmatch(repo)
    if meant and REPOSITORY.fullmatch(meant[1]):
        raise ValueError(f'repo "{repo}" is not owner/name; did you mean "{meant[1]}"?')
    raise ValueError(f'repo "{repo}" is not owner/name, as in the repository\'s address on GitHub.')


def _pattern(pattern: str) -> str:
    if problem := fault(pattern):
        raise ValueError(f'pattern "{pattern}" {problem}.')
    return pattern


def _categories(value: object) -> object:
    """Return the text or list of texts as a tuple; anything else as it is, for pydantic to report."""
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, list | tuple):
        return value
    found = tuple(_on_one_line(one) for one in value)
    if not found or "" in found:
        raise ValueError('"category" is empty.')
    if len({one.casefold() if isinstance(one, str) else one for one in found}) < len(found):
        raise ValueError("category: the list names one of them twice.")
    return found


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value  # not a date: pydantic reports it


Line = Annotated[str, Field(description="text in quotes"), BeforeValidator(_on_one_line)]
Text = Annotated[str, Field(min_length=1, description="text in quotes"), BeforeValidator(_on_one_line)]
Login = Annotated[Text, AfterValidator(_login)]
RepositoryName = Annotated[Text, AfterValidator(_repository)]
Categories = Annotated[
    tuple[Text, ...],
    BeforeValidator(_categories),
    Field(validation_alias="category", description='text in quotes or a list, like ["models", "agents"]'),
]
Patterns = Annotated[
    tuple[Annotated[str, Field(min_length=1), AfterValidator(_pattern)], ...],
    Field(description='a list of patterns, like ["docs/**"]'),
]


@dataclass(frozen=True, config=_TABLE)
class TrackedRepository:
    """A repository on GitHub and its role in its project."""

    repo: RepositoryName
    role: Annotated[Role, BeforeValidator(_on_one_line), Field(description="text in quotes")]
    note: Line = ""


@dataclass(frozen=True, config=_TABLE)
class Project:
    """A project: measured over all its repositories together, or none and a note that says why.

    It is compared with others in each of its categories; where there is room for one, the first is shown.
    Its *_paths come after those that hold for all projects (`Config.docs_paths_of`).
    """

    slug: Annotated[Text, AfterValidator(_slug)]
    name: Text
    categories: Categories
    homepage: Annotated[Line, AfterValidator(_homepage)] = ""
    note: Line = ""
    review_commands: Annotated[tuple[Text, ...], Field(description='a list of commands, like ["/lgtm"]')] = (
        REVIEW_COMMANDS
    )
    docs_paths: Patterns = ()
    rule_paths: Patterns = ()
    repos: tuple[TrackedRepository, ...] = Field(
        default=(), validation_alias="repo", description="written as [[project.repo]], once for each"
    )

    @property
    def category(self) -> str:
        """The first category."""
        return self.categories[0]


@dataclass(frozen=True, config=_TABLE)
class Bot:
    """A bot that uses an ordinary account: from the day `since`, or always if None."""

    login: Login
    reason: Text
    since: Annotated[date | None, BeforeValidator(_day)] = Field(
        default=None, strict=True, description="a valid date, like 2026-01-31"
    )


@dataclass(frozen=True, config=_TABLE)
class Mirror:
    """An account that pushes other people's commits into `repo` from a repository elsewhere."""

    login: Login
    repo: RepositoryName
    reason: Text


@dataclass(frozen=True, config=_TABLE)
class Settings:
    """The table [collect]. The *_paths fields are path patterns, see `patterns.matches`."""

    # At least the one-year window and a month before it; at most about the age of GitHub. By default enough for dates
    # of two years, each of which looks back for two (TREND_QUARTERS, RETURNING_WEEKS in method_constants.py).
    lookback_days: int = Field(
        default=1600, strict=True, ge=400, le=6000, description="a whole number from 400 to 6000"
    )
    keep_runs_days: int = Field(default=400, strict=True, ge=30, le=6000, description="a whole number from 30 to 6000")
    docs_paths: Patterns = ()
    rule_paths: Patterns = ()
    generated_paths: Patterns = ()


@dataclass(frozen=True, config=_TABLE)
class Config(Settings):
    """The whole configuration; its path patterns include the built-in ones."""

    docs_paths: Patterns = DOCS_PATHS
    rule_paths: Patterns = RULE_PATHS
    generated_paths: Patterns = GENERATED_PATHS
    projects: tuple[Project, ...] = ()
    bots: tuple[Bot, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    path: Path = DEFAULT_PATH

    def docs_paths_of(self, slug: str) -> tuple[str, ...]:
        """Return the patterns for a project's docs: those for all projects, then its own."""
        return self.docs_paths + next((project.docs_paths for project in self.projects if project.slug == slug), ())

    def rule_paths_of(self, slug: str) -> tuple[str, ...]:
        """Return the patterns for a project's economic rules: those for all projects, then its own."""
        return self.rule_paths + next((project.rule_paths for project in self.projects if project.slug == slug), ())

    def by_repository(self) -> dict[str, list[tuple[Project, TrackedRepository]]]:
        """Return owner/name in lower case -> the projects of a repository in their order, each with its entry there."""
        out: dict[str, list[tuple[Project, TrackedRepository]]] = {}
        for project in self.projects:
            for entry in project.repos:
                out.setdefault(entry.repo.lower(), []).append((project, entry))
        return out

    def hash(self) -> str:
        """Return 16 hex digits that change when anything changes that a signal can depend on.

        Comments, names, categories, homepages, notes and reasons do not count, nor does order, except that of patterns
        from the first with a leading ! on. Call it on the full configuration: one restricted with `selected` has
        another hash.
        """
        what_counts = {
            "lookback_days": self.lookback_days,
            "docs_paths": _what_counts(self.docs_paths),
            "rule_paths": _what_counts(self.rule_paths),
            "generated_paths": _what_counts(self.generated_paths),
            "projects": sorted(
                (
                    project.slug,
                    sorted({command.casefold() for command in project.review_commands}),
                    _what_counts(project.docs_paths),
                    _what_counts(project.rule_paths),
                    sorted((tracked.repo.casefold(), tracked.role) for tracked in project.repos),
                )
                for project in self.projects
            ),
            "bots": sorted((bot.login.casefold(), str(bot.since)) for bot in self.bots),
            "mirrors": sorted((mirror.login.casefold(), mirror.repo.casefold()) for mirror in self.mirrors),
        }
        return hashlib.sha256(json.dumps(what_counts, sort_keys=True).encode()).hexdigest()[:16]


def _what_counts(patterns: tuple[str, ...]) -> list[str]:
    """Return patterns in a normal form: sorted, each once; as they are if one negates others: then order matters."""
    return list(patterns) if any(pattern.startswith(NOT) for pattern in patterns) else sorted(set(patterns))
