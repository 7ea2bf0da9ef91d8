"""Reading `config/repos.toml`, and saying in one sentence what is wrong with it."""

import re
import tomllib
from pathlib import Path

from collector.config.model import (
    DEFAULT_KEEP_RUNS_DAYS,
    DEFAULT_LOOKBACK_DAYS,
    ROLES,
    Bot,
    Config,
    Mirror,
    Project,
    Role,
    TrackedRepository,
)
from collector.config.nearest import did_you_mean
from collector.config.patterns import DOCS_PATHS, GENERATED_PATHS
from collector.config.table import Table
from collector.errors import ConfigError

# At least the window of a year and a month before it; at most about as long as GitHub has existed.
LOOKBACK_DAYS = (400, 6000)
KEEP_RUNS_DAYS = (30, 6000)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# An underscore is only in the logins that a company manages; older ones may end in a hyphen.
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}")
IN_A_LINK = re.compile(r"(?:.*github\.com[/:]|/)?([^/\s]+/[^/\s]+?)(?:\.git)?(?:/.*)?")


def load(path: Path) -> Config:
    """The configuration in that file. Raises ConfigError, which names the key and what would be right."""
    top = Table(path, "", _parsed(path), ("collect", "project", "bot", "mirror"))
    collect = top.table("collect", ("lookback_days", "keep_runs_days", "docs_paths", "rule_paths", "generated_paths"))
    projects = _projects(top)
    return Config(
        lookback_days=collect.whole_number("lookback_days", DEFAULT_LOOKBACK_DAYS, *LOOKBACK_DAYS),
        keep_runs_days=collect.whole_number("keep_runs_days", DEFAULT_KEEP_RUNS_DAYS, *KEEP_RUNS_DAYS),
        docs_paths=DOCS_PATHS + collect.patterns("docs_paths"),
        rule_paths=collect.patterns("rule_paths"),
        generated_paths=GENERATED_PATHS + collect.patterns("generated_paths"),
        projects=projects,
        bots=_bots(top),
        mirrors=_mirrors(top, projects),
        path=path,
    )


def _parsed(path: Path) -> dict[str, object]:
    elsewhere = "Name the file with --config or COLLECT_CONFIG."
    try:
        # Some editors begin a file with a byte order mark.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration at {path}.", elsewhere) from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a directory, not a configuration file.", elsewhere) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", elsewhere) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path} is not UTF-8 text (line {line}); save it as UTF-8.") from None
    except ValueError as error:  # tomllib's own error is one; so is that of a number of 5,000 digits
        raise ConfigError(f"{path} is not valid TOML: {str(error).rstrip('.')}.") from None


def _projects(top: Table) -> tuple[Project, ...]:
    projects: list[Project] = []
    places: dict[str, str] = {}  # a repository, letter case aside -> where it is listed
    keys = ("slug", "name", "category", "homepage", "note", "repo")
    for number, table in enumerate(top.tables("project", keys, label="slug"), start=1):
        slug = _slug(table)
        for other, project in enumerate(projects, start=1):
            if project.slug == slug:
                top.fail(f'slug "{slug}" is that of two projects, number {other} and number {number}; rename one.')
        project = Project(
            slug=slug,
            name=table.text("name"),
            category=table.text("category"),
            homepage=_homepage(table),
            note=table.text("note", ""),
            repos=tuple(_tracked(repo, places) for repo in table.tables("repo", ("repo", "role", "note"))),
        )
        if not project.repos and not project.note:
            table.fail('no repository: list one as [[project.repo]], or say in "note" what was looked for.')
        projects.append(project)
    if not projects:
        top.fail("no project is listed; write one as [[project]] with slug, name and category.")
    return tuple(projects)


def _slug(table: Table) -> str:
    slug = table.text("slug")
    if not SLUG.fullmatch(slug):
        better = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")
        example = better or "my-project"
        table.fail(f'slug "{slug}" must be a-z and 0-9 with single hyphens between, like "{example}".')
    return slug


def _homepage(table: Table) -> str:
    homepage = table.text("homepage", "")
    if homepage and not re.fullmatch(r"https?://[^\s/]+\S*", homepage):
        table.fail(f'homepage "{homepage}" is not a web address, like "https://example.org".')
    return homepage


def _tracked(table: Table, places: dict[str, str]) -> TrackedRepository:
    repo = _repository(table)
    if first := places.get(repo.casefold()):
        table.fail(f'"{repo}" is listed already, by {first} (GitHub ignores letter case); keep one of them.')
    places[repo.casefold()] = table.where
    return TrackedRepository(repo=repo, role=_role(table), note=table.text("note", ""))


def _repository(table: Table) -> str:
    repo = table.text("repo")
    if REPOSITORY.fullmatch(repo):
        return repo
    meant = IN_A_LINK.fullmatch(repo)
    if meant and REPOSITORY.fullmatch(meant[1]):
        table.fail(f'repo "{repo}" is not owner/name; did you mean "{meant[1]}"?')
    table.fail(f'repo "{repo}" is not owner/name, as in the repository\'s address on GitHub.')


def _role(table: Table) -> Role:
    written = table.text("role")
    for role in ROLES:
        if written == role:
            return role
    table.fail(f'role "{written}" is not one of {", ".join(ROLES)}{did_you_mean(written, ROLES)}')


def _login(table: Table) -> str:
    login = table.text("login")
    if not LOGIN.fullmatch(login):
        table.fail(f'login "{login}" is not a GitHub login (letters, digits and hyphens, without @).')
    return login


def _bots(top: Table) -> tuple[Bot, ...]:
    bots: dict[str, Bot] = {}
    for table in top.tables("bot", ("login", "reason", "since"), label="login"):
        login = _login(table)
        if login.casefold() in bots:
            table.fail("this login is listed twice; keep one of them.")
        bots[login.casefold()] = Bot(login=login, reason=table.text("reason"), since=table.day("since"))
    return tuple(bots.values())


def _mirrors(top: Table, projects: tuple[Project, ...]) -> tuple[Mirror, ...]:
    tracked = [tracked.repo for project in projects for tracked in project.repos]
    written = {repo.casefold(): repo for repo in tracked}
    mirrors: dict[tuple[str, str], Mirror] = {}
    for table in top.tables("mirror", ("login", "repo", "reason"), label="login"):
        login, repo = _login(table), _repository(table)
        if repo.casefold() not in written:
            table.fail(f'repo "{repo}" is not tracked by any project{did_you_mean(repo, tracked)}')
        key = login.casefold(), repo.casefold()
        if key in mirrors:
            table.fail(f'repo "{repo}" is listed twice for this login; keep one of them.')
        mirrors[key] = Mirror(login=login, repo=written[repo.casefold()], reason=table.text("reason"))
    return tuple(mirrors.values())
