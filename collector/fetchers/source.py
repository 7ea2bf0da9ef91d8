"""What a fetcher works with: one repository, GitHub, and a way to ask the database."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryState
from collector.github.pages import PageSize

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
