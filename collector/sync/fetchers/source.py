"""The context of a fetcher: one repository, the GitHub client, and read access to the database."""

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
from collector.sync.fetchers.texts import Texts

# A list that was read in one nightly run is not re-read in the next.
NO_TURN = timedelta(days=1, hours=12)

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class Read(Protocol):
    """Runs a query function, with further arguments, on the database's thread."""

    def __call__(
        self, question: Callable[Concatenate[sqlite3.Connection, Asked], Result], *args: Asked.args, **kw: Asked.kwargs
    ) -> Awaitable[Result]: ...


@dataclass
class Source:
    """What a fetcher needs to fetch one kind of activity of one repository."""

    github: GitHub
    repository: RepositoryState
    start: str  # the start of the database: objects last updated before it are not fetched
    now: str  # the start time of the run, by this machine's clock
    github_time: str | None  # a time by GitHub's clock that has passed
    texts: Texts
    meter: Meter
    pages: PageSize
    read: Read

    @property
    def id(self) -> int:
        """The repository's database id."""
        return self.repository.database_id

    @property
    def github_now(self) -> str:
        """The current time by GitHub's clock."""
        return clock.to_text(self.github.now())

    def listed(self, what: str) -> str:
        """Return the name of a list for messages: "releases of acme/engine"."""
        return f"{what.replace('_', ' ')} of {self.repository.name_with_owner}"

    def url(self, path: str = "") -> str:
        """Return the web URL of this repository, or of a path within it, such as "releases/tag/v1"."""
        return f"{self.github.web_url}/{self.repository.name_with_owner}{path and '/'}{quote(path)}"


def rereading_begins(now: str, github_time: str | None, ahead: timedelta = timedelta(0)) -> dict[str, str | None]:
    """Return the state that starts a periodic re-reading, `ahead` of now, by our clock and by GitHub's."""

    def before(time: str | None) -> str | None:
        return time and clock.to_text(clock.from_text(time) - ahead)

    return {"sweep_at": before(now), "sweep_witnessed_at": before(github_time)}


def turn(repository: int, kind: str, period: timedelta) -> timedelta:
    """Return how much earlier than one `period` after it was read a list is re-read.

    This spreads lists that were read in the same run, such as the first sync, over the whole period. The result is
    pseudo-random but constant for a list.
    """
    return max(timedelta(0), period - NO_TURN) * random.Random(f"{repository} {kind}").random()
