"""Load `config/repos.toml` and the files that it includes, and report an error in them as one sentence."""

import tomllib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from os.path import realpath
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from collector.config.model import DEFAULT_PATH, Bot, Config, Mirror, Project, Settings, Text, TrackedRepository
from collector.config.names import ROLES
from collector.config.patterns import DOCS_PATHS, RULE_PATHS
from collector.config.uncounted_paths import GENERATED_PATHS
from collector.did_you_mean import did_you_mean, nearest
from collector.errors import ConfigError

Toml = dict[str, Any]
Place = tuple[str | int, ...]
"""The location of a table: ("project", 0, "repo", 2)."""


def _file_name(name: str) -> str:
    if "\0" in name:
        raise ValueError("the name of a file cannot have a character 0.")
    return name


class _File(BaseModel):
    """The file's tables and keys."""

    model_config = ConfigDict(extra="forbid")

    include: tuple[Annotated[Text, AfterValidator(_file_name)], ...] = Field(
        default=(), description='a list of files, like ["more.toml"]'
    )
    collect: Settings = Field(default=Settings(), description="a table, written [collect]")
    project: tuple[Project, ...] = Field(default=(), description="written as [[project]], once for each")
    bot: tuple[Bot, ...] = Field(default=(), description="written as [[bot]], once for each")
    mirror: tuple[Mirror, ...] = Field(default=(), description="written as [[mirror]], once for each")


_MODELS = {"": _File, "collect": Settings, "project": Project, "repo": TrackedRepository, "bot": Bot, "mirror": Mirror}
# Bytes. The shipped configuration has a hundredth of the first; all 654,691 repositories of a public list take 75 MB.
LARGEST, LARGEST_INCLUDED = 4 * 1024 * 1024, 128 * 1024 * 1024
# In one line: the time to parse a dotted key grows with the square of its parts.
MOST_DOTS = 1_000
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
# The key that identifies a table in messages, instead of its number.
_LABELS = {"project": "slug", "bot": "login", "mirror": "login"}


@dataclass(frozen=True)
class _Part:
    """One file of the configuration."""

    path: Path
    toml: Toml
    file: _File


def load(path: Path, texts: Mapping[Path, str] | None = None, *, may_be_empty: bool = False) -> Config:
    """Load the configuration with the files that it includes. Raises ConfigError, which names the file, the key and
    the expected value.

    `texts` replaces the content of files, by their real paths: the configuration as it would be. Without a project it
    is valid only if it `may_be_empty`, as a list to add to.
    """
    return load_with_files(path, texts, may_be_empty=may_be_empty)[0]


def load_with_files(
    path: Path, texts: Mapping[Path, str] | None = None, *, may_be_empty: bool = False
) -> tuple[Config, list[Path]]:
    """Load the configuration as `load` does. Returns also its files: `path`, then those it includes."""
    parts = _parts(path, texts or {})
    if not may_be_empty and not any(part.file.project for part in parts):
        raise ConfigError(
            f"{parts[0].path}: no project is listed.",
            "Add one with `collect repos add OWNER/NAME`, or write it as [[project]] with slug, name and category.",
        )
    if sentence := next(_contradictions(parts), None):
        raise ConfigError(sentence)
    main = parts[0].file.collect
    written = {name.casefold(): name for name in _tracked(parts)}
    config = Config(
        lookback_days=main.lookback_days,
        keep_runs_days=main.keep_runs_days,
        docs_paths=DOCS_PATHS + main.docs_paths,
        rule_paths=RULE_PATHS + main.rule_paths,
        generated_paths=GENERATED_PATHS + main.generated_paths,
        projects=tuple(project for part in parts for project in part.file.project),
        bots=tuple(bot for part in parts for bot in part.file.bot),
        mirrors=tuple(
            replace(mirror, repo=written[mirror.repo.casefold()]) for part in parts for mirror in part.file.mirror
        ),
        path=path,
    )
    return config, [part.path for part in parts]


def _parts(path: Path, texts: Mapping[Path, str]) -> list[_Part]:
    """Read a file and, depth first, those it includes. Raises ConfigError."""
    parts = [_part(path, None, texts)]
    seen = {Path(realpath(path)): path}  # file -> the one that includes it
    _include(parts, parts[0], seen, (Path(realpath(path)),), texts)
    return parts


def _include(
    parts: list[_Part], by: _Part, seen: dict[Path, Path], above: tuple[Path, ...], texts: Mapping[Path, str]
) -> None:
    """Append the files that `by` includes; `above` are the files that led to it, itself included."""
    for name in by.file.include:
        path = by.path.parent / name
        found = Path(realpath(path))
        if found == above[-1]:
            raise ConfigError(f'{by.path}: include names "{name}", the file itself; remove it.')
        if found in above:
            raise ConfigError(f"{by.path}: include names {path}, which includes this file in turn; remove one of them.")
        if found in seen:
            first = "twice by" if seen[found] == by.path else f"by {seen[found]} and"
            raise ConfigError(f"{path} is included {first} {by.path}; remove one of them.")
        part = _part(path, by.path, texts)
        if "collect" in part.toml:
            raise ConfigError(f"{path}: [collect] belongs in {parts[0].path}, by which this file is included.")
        seen[found] = by.path
        parts.append(part)
        _include(parts, part, seen, (*above, found), texts)


def _part(path: Path, by: Path | None, texts: Mapping[Path, str]) -> _Part:
    toml = _parsed(path, by, texts)
    try:
        # Only by alias: the file must not use the names of Python attributes.
        return _Part(path, toml, _File.model_validate(toml, by_alias=True, by_name=False))
    except ValidationError as error:
        # Report an unknown key first: it is often a misspelling of a missing one.
        table, sentence = _finding(min(error.errors(), key=lambda e: e["type"] not in _UNKNOWN))
    raise ConfigError(": ".join(part for part in (str(path), _where(table, toml), sentence) if part))


def _parsed(path: Path, by: Path | None, texts: Mapping[Path, str]) -> Toml:
    elsewhere = f"It is named by include in {by}." if by else _where_else(path)
    largest = LARGEST if by is None else LARGEST_INCLUDED
    try:
        text = texts.get(Path(realpath(path)))
        written = _read(path, largest) if text is None else text.encode()
        if len(written) > largest:
            raise ConfigError(f"{path} has more than {largest >> 20} MiB, which no configuration needs.", elsewhere)
        crowded = next((n for n, line in enumerate(BytesIO(written), 1) if line.count(b".") > MOST_DOTS), None)
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


def _where_else(path: Path) -> str:
    if path == DEFAULT_PATH and not path.exists():
        return "Write one with `collect init`, or name yours with --config or COLLECT_CONFIG."
    return "Name the file with --config or COLLECT_CONFIG."


def _read(path: Path, largest: int) -> bytes:
    """Return the content, cut off above the largest size."""
    with path.open("rb") as file:
        return file.read(largest + 1)


def _tracked(parts: Sequence[_Part]) -> list[str]:
    return [tracked.repo for part in parts for project in part.file.project for tracked in project.repos]


def _contradictions(parts: Sequence[_Part]) -> Iterator[str]:
    """Yield errors between tables that are each valid, as sentences."""
    slugs: dict[str, _Table] = {}
    repositories: dict[str, tuple[_Table, Project]] = {}
    for part in parts:
        for p, project in enumerate(part.file.project):
            here = _Table(part, ("project", p))
            first = slugs.setdefault(project.slug, here)
            if first != here:
                one = f"number {int(first.place[1]) + 1}" + (f" of {first.part.path}" if first.part != part else "")
                both = f"{one} and number {p + 1}" + (f" of {part.path}" if first.part != part else "")
                yield f'{part.path}: slug "{project.slug}" is used by two projects, {both}; rename one.'
            if not project.repos and not project.note:
                yield here.sentence(
                    'no repository: list one as [[project.repo]], or say in "note" what was looked for.'
                )
            listed: dict[str, _Table] = {}
            for r, tracked in enumerate(project.repos):
                here, name = _Table(part, ("project", p, "repo", r)), tracked.repo.casefold()
                there = listed.setdefault(name, here)
                if there != here:
                    by = f"by {there.seen_from(part)} (GitHub ignores letter case)"
                    yield here.sentence(f'"{tracked.repo}" is already listed, {by}; keep one of them.')
                first_place, other = repositories.setdefault(name, (here, project))
                if other is not project and _commands(other) != _commands(project):
                    yield here.sentence(
                        f'"{tracked.repo}" is also listed by {first_place.seen_from(part)}, with other '
                        "review_commands; give both projects the same, since its comments are read once."
                    )
    yield from _contradicting_accounts(parts, repositories.keys())


def _commands(project: Project) -> set[str]:
    return {command.casefold() for command in project.review_commands}


def _contradicting_accounts(parts: Sequence[_Part], repositories: Container[str]) -> Iterator[str]:
    bots: dict[str, _Table] = {}
    mirrors: dict[tuple[str, str], _Table] = {}
    for part in parts:
        for b, bot in enumerate(part.file.bot):
            here = _Table(part, ("bot", b))
            there = bots.setdefault(bot.login.casefold(), here)
            if there != here:
                yield here.sentence(f"this login is listed twice{there.in_another(part)}; keep one of them.")
    for part in parts:
        for m, mirror in enumerate(part.file.mirror):
            here = _Table(part, ("mirror", m))
            if mirror.repo.casefold() not in repositories:
                meant = did_you_mean(mirror.repo, _tracked(parts))
                yield here.sentence(f'repo "{mirror.repo}" is not tracked by any project{meant}')
            there = mirrors.setdefault((mirror.login.casefold(), mirror.repo.casefold()), here)
            if there != here:
                twice = f"is listed twice for this login{there.in_another(part)}"
                yield here.sentence(f'repo "{mirror.repo}" {twice}; keep one of them.')


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """A table of one file."""

    part: _Part
    place: Place

    def sentence(self, text: str) -> str:
        """Return an error about it."""
        return f"{self.part.path}: {_where(self.place, self.part.toml)}: {text}"

    def seen_from(self, part: _Part) -> str:
        """Return how messages about another table refer to it."""
        return _where(self.place, self.part.toml) + (f" of {self.part.path}" if self.part is not part else "")

    def in_another(self, part: _Part) -> str:
        """Return ", also in FILE" for the message about another table; empty if both are in the same file."""
        return f", also in {self.part.path}" if self.part is not part else ""


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
