"""The context of a fetcher: one repository, the GitHub client, and read access to the database."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

from collector import clock
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryState
from collector.github.page_size import PageSize
from collector.sync.fetchers.texts import Texts

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
