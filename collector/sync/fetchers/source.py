"""What a fetcher works with: one repository, GitHub, and a way to ask the database."""

import random
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

from collector import clock
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryState
from collector.github.page_size import PageSize

# What was read last night is not re-read this night.
NO_TURN = timedelta(days=1, hours=12)

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class Read(Protocol):
    """Runs a question, with what it needs besides the database, on the database's own thread."""

    def __call__(
        self, question: Callable[Concatenate[sqlite3.Connection, Asked], Result], *args: Asked.args, **kw: Asked.kwargs
    ) -> Awaitable[Result]: ...


@dataclass
class Source:
    """One kind of activity of one repository."""

    github: GitHub
    repository: RepositoryState
    start: str  # the database's first moment: what was last touched before it is not read
    now: str  # the run's time
    github_time: str | None  # the newest time of GitHub's own that was seen
    hash_key: str
    meter: Meter
    pages: PageSize
    read: Read

    @property
    def id(self) -> int:
        """GitHub's number of the repository."""
        return self.repository.database_id

    @property
    def github_now(self) -> str:
        """The present by GitHub's own clock."""
        return clock.to_text(self.github.now())

    def listed(self, what: str) -> str:
        """What is listed, for a message: "releases of acme/engine"."""
        return f"{what.replace('_', ' ')} of {self.repository.name_with_owner}"

    def url(self, path: str) -> str:
        """The address at which people see something of this repository, such as "releases/tag/v1"."""
        return f"{self.github.web_url}/{self.repository.name_with_owner}/{quote(path)}"


def rereading_begins(now: str, github_time: str | None, ahead: timedelta = timedelta(0)) -> dict[str, str | None]:
    """The state in which a list's periodic re-reading begins: `ahead` of now, by our clock and by GitHub's own."""

    def before(time: str | None) -> str | None:
        return time and clock.to_text(clock.from_text(time) - ahead)

    return {"sweep_at": before(now), "sweep_witnessed_at": before(github_time)}


def turn(repository: int, kind: str, period: timedelta) -> timedelta:
    """How much sooner than a `period` after a list was read it is its turn to be re-read.

    Lists that were all read in the same night, as by a first sync, take turns over the nights of a period, but for the
    first one. Each always has the same turn.
    """
    return max(timedelta(0), period - NO_TURN) * random.Random(f"{repository} {kind}").random()
