"""What GitHub says about the repositories of a list, kept in a file so that an interrupted import resumes.

The file has a JSON object per line and is appended to after every request. It may be deleted at any time: then the
repositories are looked up again.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from collector import atomic_files, clock
from collector.config import Project, TrackedRepository
from collector.github import page_size
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryState
from collector.repos.temporary_rows import TemporaryRows
from collector.sync import repository_query
from collector.sync.repositories import status_of
from collector.sync.repository_query import Tracked

# A repository that was looked up longer ago is looked up again.
VALID = timedelta(days=30)
BATCH = page_size.SIZES["repositories"].largest


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What GitHub said about a repository at some time. Without `name`, it shows none of this name."""

    repo: str  # as it was asked for
    status: str  # ok | empty | archived | disabled | not_found | blocked
    id: int | None = None
    name: str | None = None  # its current name
    fork_of: str | None = None
    pushed_at: str | None = None
    stars: int = 0


class Answers(Mapping[str, LookupResult]):
    """What GitHub said, by name in lower case, in a temporary database."""

    def __init__(self, answers: Iterable[LookupResult] = ()) -> None:
        self._held = TemporaryRows(
            "CREATE TABLE answers (key TEXT PRIMARY KEY, repo, status, id, name, fork_of, pushed_at, stars)"
        )
        for answer in answers:
            self.add(answer)

    def add(self, answer: LookupResult) -> None:
        """Add an answer, in the place of an earlier one about the same name."""
        sql = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        self._held.write(sql, answer.repo.lower(), *astuple(answer))

    def __getitem__(self, key: str) -> LookupResult:
        sql = "SELECT repo, status, id, name, fork_of, pushed_at, stars FROM answers WHERE key = ?"
        row = self._held.row(sql, key)
        if row is None:
            raise KeyError(key)
        return LookupResult(*row)

    def __iter__(self) -> Iterator[str]:
        return (key for (key,) in self._held.rows("SELECT key FROM answers ORDER BY rowid"))

    def __len__(self) -> int:
        return int(self._held.row("SELECT count(*) FROM answers")[0])


class LookupCache:
    """The file with the answers of one server. One that cannot be written is reported to `warn`, once."""

    def __init__(self, path: Path, server: str, warn: Callable[[str], object]) -> None:
        self._path = path
        self._server = server
        self._warn = warn
        self._writable = True

    def known(self, now: datetime) -> Answers:
        """Return the valid answers."""
        since = clock.to_text(now - VALID)
        found = Answers()
        try:
            with self._path.open("rb") as file:
                for line in file:
                    try:
                        line_of = _LINE.validate_json(line)
                    except ValidationError:
                        continue  # cut off when a run was killed, or not ours
                    if line_of.server == self._server and line_of.at > since:
                        found.add(line_of.answer)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._warn(f"{self._path} cannot be read ({error.strerror}): all repositories are looked up.")
        return found

    def keep(self, answers: Iterable[LookupResult], now: datetime) -> None:
        """Append answers."""
        lines = [
            json.dumps(asdict(_Line(self._server, clock.to_text(now), answer)), separators=(",", ":"))
            for answer in answers
        ]
        if not lines or not self._writable:
            return
        try:
            with atomic_files.followed(self._path).open("a+b") as file:
                if file.tell():
                    file.seek(-1, 2)
                    if file.read(1) != b"\n":  # the last line is of a run that was killed
                        lines.insert(0, "")
                file.write("".join(f"{line}\n" for line in lines).encode())
        except OSError as error:
            self._writable = False
            self._warn(
                f"{self._path} cannot be written ({error.strerror}): an interrupted import starts from the beginning."
            )


@dataclass(frozen=True, slots=True)
class _Line:
    server: str
    at: str
    answer: LookupResult


_LINE = TypeAdapter(_Line)


@dataclass(frozen=True)
class LookedUp:
    """Results by name in lower case, and why the others are missing: GitHub refuses this token, or failed."""

    answers: Answers
    unknown: dict[str, str]


async def look_up(
    github: GitHub,
    repos: Callable[[], Iterable[str]],
    cache: LookupCache,
    now: datetime,
    meter: Meter,
    begin: Callable[[int, int], object],
    progress: Callable[[str, int, int], object],
) -> LookedUp:
    """Look up repositories, one query for 20 of those without an answer, and keep each query's answers.

    `repos` is called each time that they are gone through, for they may be too many to hold. `begin` is told how many
    are looked up, and how many have an answer. Raises the errors that stop a run, such as BudgetExhausted; what was
    answered until then is kept.
    """
    found = LookedUp(cache.known(now), {})
    total = left = 0
    for repo in repos():
        total += 1
        left += repo.lower() not in found.answers
    done = total - left
    begin(left, done)
    unanswered = (repo for repo in repos() if repo.lower() not in found.answers)
    try:
        while part := list(islice(unanswered, BATCH)):
            new = await _ask(github, part, meter, found.unknown)
            cache.keep(new, now)
            for answer in new:
                found.answers.add(answer)
            done += len(part)
            progress(part[-1], done, total)
    finally:
        await github.close()
    return found


async def _ask(github: GitHub, repos: Sequence[str], meter: Meter, unknown: dict[str, str]) -> list[LookupResult]:
    """Return the answers of one query; what has none is added to `unknown` with the reason."""
    project = Project(slug="import", name="import", categories=("import",))
    asked = [Tracked(project, TrackedRepository(repo, "core")) for repo in repos]
    await repository_query.ask(github, asked, meter)
    found: dict[str, LookupResult] = {}
    for repo in asked:
        name = repo.entry.repo
        if repo.state is not None:
            found[name] = _answer(name, repo.state)
        elif repo.double_of is not None:
            found[name] = replace(found[repo.double_of], repo=name)
        elif repo.missing is not None and repo.missing.reason in ("not_found", "blocked"):
            found[name] = LookupResult(name, repo.missing.reason)
        else:
            unknown[name] = repo.problem
    return list(found.values())


def _answer(repo: str, state: RepositoryState) -> LookupResult:
    parent = state.parent.name_with_owner if state.parent else "one that is not public"
    return LookupResult(
        repo=repo,
        status=status_of(state),
        id=state.database_id,
        name=state.name_with_owner,
        fork_of=parent if state.is_fork else None,
        pushed_at=state.pushed_at,
        stars=state.stargazer_count,
    )
