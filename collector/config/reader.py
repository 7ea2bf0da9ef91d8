"""Load `config/repos.toml`, and report an error in it as one sentence."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from collector.config.model import Bot, Config, Mirror, Project, Settings, TrackedRepository
from collector.config.names import ROLES
from collector.config.patterns import DOCS_PATHS, GENERATED_PATHS, RULE_PATHS
from collector.did_you_mean import did_you_mean, nearest
from collector.errors import ConfigError

Toml = dict[str, Any]
Place = tuple[str | int, ...]
"""The location of a table: ("project", 0, "repo", 2)."""


class _File(BaseModel):
    """The file's tables and keys."""

    model_config = ConfigDict(extra="forbid")

    collect: Settings = Field(default=Settings(), description="a table, written [collect]")
    project: tuple[Project, ...] = Field(default=(), description="written as [[project]], once for each")
    bot: tuple[Bot, ...] = Field(default=(), description="written as [[bot]], once for each")
    mirror: tuple[Mirror, ...] = Field(default=(), description="written as [[mirror]], once for each")


_MODELS = {"": _File, "collect": Settings, "project": Project, "repo": TrackedRepository, "bot": Bot, "mirror": Mirror}
# Bytes: a hundred times what the shipped configuration has.
LARGEST = 4 * 1024 * 1024
# In one line: the time to parse a dotted key grows with the square of its parts.
MOST_DOTS = 1_000
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
# The key that identifies a table in messages, instead of its number.
_LABELS = {"project": "slug", "bot": "login", "mirror": "login"}


def load(path: Path) -> Config:
    """Load the configuration. Raises ConfigError, which names the key and the expected value."""
    toml = _parsed(path)
    try:
        # Only by alias: the file must not use the names of Python attributes.
        file = _File.model_validate(toml, by_alias=True, by_name=False)
    except ValidationError as error:
        # Report an unknown key first: it is often a misspelling of a missing one.
        table, sentence = _finding(min(error.errors(), key=lambda e: e["type"] not in _UNKNOWN))
    else:
        table, sentence = next(_contradictions(file, toml), ((), ""))
    if sentence:
        raise ConfigError(": ".join(part for part in (str(path), _where(table, toml), sentence) if part))
    written = {name.casefold(): name for name in _tracked(file)}
    return Config(
        lookback_days=file.collect.lookback_days,
        keep_runs_days=file.collect.keep_runs_days,
        docs_paths=DOCS_PATHS + file.collect.docs_paths,
        rule_paths=RULE_PATHS + file.collect.rule_paths,
        generated_paths=GENERATED_PATHS + file.collect.generated_paths,
        projects=file.project,
        bots=file.bot,
        mirrors=tuple(replace(mirror, repo=written[mirror.repo.casefold()]) for mirror in file.mirror),
        path=path,
    )


def _parsed(path: Path) -> Toml:
    elsewhere = "Name the file with --config or COLLECT_CONFIG."
    try:
        with path.open("rb") as file:
            written = file.read(LARGEST + 1)
        if len(written) > LARGEST:
            raise ConfigError(f"{path} has more than {LARGEST >> 20} MiB, which no configuration needs.", elsewhere)
        crowded = next((n for n, line in enumerate(written.splitlines(), 1) if line.count(b".") > MOST_DOTS), None)
        if crowded is not None:
            raise ConfigError(f"{path} has more than {MOST_DOTS:,} dots in line {crowded}; no key has as many parts.")
        # Some editors begin a file with a byte order mark.
        return tomllib.loads(written.decode("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration at {path}.", elsewhere) from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a directory, not a configuration file.", elsewhere) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", elsewhere) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path} is not UTF-8 text (line {line}); save it as UTF-8.") from None
    except RecursionError:
        raise ConfigError(f"{path} nests tables or lists too deeply; no key here needs more than two levels.") from None
    except ValueError as error:  # TOMLDecodeError, or an integer with too many digits
        raise ConfigError(f"{path} is not valid TOML: {str(error).rstrip('.')}.") from None


def _tracked(file: _File) -> list[str]:
    return [tracked.repo for project in file.project for tracked in project.repos]


def _contradictions(file: _File, toml: Toml) -> Iterator[tuple[Place, str]]:
    """Yield errors between tables that are each valid, in the form that `_finding` returns."""
    if not file.project:
        yield (), "no project is listed; write one as [[project]] with slug, name and category."
    slugs = [project.slug for project in file.project]
    repositories: dict[str, Place] = {}
    for p, project in enumerate(file.project):
        if (first := slugs.index(project.slug)) < p:
            both = f"number {first + 1} and number {p + 1}"
            yield (), f'slug "{project.slug}" is used by two projects, {both}; rename one.'
        if not project.repos and not project.note:
            yield ("project", p), 'no repository: list one as [[project.repo]], or say in "note" what was looked for.'
        for r, tracked in enumerate(project.repos):
            here = ("project", p, "repo", r)
            there = repositories.setdefault(tracked.repo.casefold(), here)
            if there != here:
                by = f"by {_where(there, toml)} (GitHub ignores letter case)"
                yield here, f'"{tracked.repo}" is already listed, {by}; keep one of them.'
    logins = [bot.login.casefold() for bot in file.bot]
    for b, login in enumerate(logins):
        if login in logins[:b]:
            yield ("bot", b), "this login is listed twice; keep one of them."
    mirrors = [(mirror.login.casefold(), mirror.repo.casefold()) for mirror in file.mirror]
    for m, mirror in enumerate(file.mirror):
        if mirror.repo.casefold() not in repositories:
            meant = did_you_mean(mirror.repo, _tracked(file))
            yield ("mirror", m), f'repo "{mirror.repo}" is not tracked by any project{meant}'
        if mirrors[m] in mirrors[:m]:
            yield ("mirror", m), f'repo "{mirror.repo}" is listed twice for this login; keep one of them.'


def _where(table: Place, toml: Toml) -> str:
    """Return how messages refer to a table: `project "golem": repo 3`."""
    if table[:1] == ("collect",):
        return "[collect]"
    steps: list[str] = []
    inner: Any = toml
    for name, number in zip(table[::2], table[1::2], strict=True):
        inner = inner[name][number]
        label = inner.get(_LABELS.get(str(name)))
        steps.append(f'{name} "{label}"' if isinstance(label, str) and label else f"{name} {int(number) + 1}")
    return ": ".join(steps)


def _finding(error: ErrorDetails) -> tuple[Place, str]:
    """Return the table in which pydantic found an error, and a sentence about it."""
    place, kind, value = error["loc"], error["type"], error["input"]
    # When an element of a list is wrong, the sentence names the list.
    in_a_list = isinstance(place[-1], int)
    *table, key = place[:-1] if in_a_list else place
    name = next((step for step in reversed(table) if isinstance(step, str)), "")
    fields = TypeAdapter(_MODELS[name]).json_schema()["properties"]
    if kind in _UNKNOWN:
        meant = nearest(str(key), fields)
        right = f'did you mean "{meant}"?' if meant else f"the keys here are {', '.join(fields)}."
        return tuple(table), f'unknown key "{key}"; {right}'
    field = fields[key]
    match kind:
        case "missing":
            sentence = f'"{key}" is missing.'
        case "value_error":
            sentence = f"{key}: {error['ctx']['error']}" if in_a_list else str(error["ctx"]["error"])
        case "string_type" | "string_too_short" if in_a_list:
            sentence = f'"{key}" must be {field["description"]}, and {_shown(value)} is not one.'
        case "string_too_short" | "literal_error" if value == "":
            sentence = f'"{key}" is empty.'
        case "greater_than_equal" | "less_than_equal":
            sentence = f'"{key}" is {value}; it must be from {field["minimum"]} to {field["maximum"]}.'
        case "literal_error" if isinstance(value, str):
            sentence = f'{key} "{value}" is not one of {", ".join(ROLES)}{did_you_mean(value, ROLES)}'
        case _:
            sentence = f'"{key}" must be {field["description"]}, not {"a list" if in_a_list else _shown(value)}.'
    return tuple(table), sentence


def _shown(value: object) -> str:
    """Describe a value as its author would recognise it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return f"the time {value}" if isinstance(value, datetime) else f"the date {value}"
