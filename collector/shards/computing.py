"""Compute the signals of a shard, in whatever process or machine an engine calls it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from collector.config import Config
from collector.errors import DatabaseError
from collector.method_constants import METHOD_VERSION
from collector.report import as_of_date
from collector.report.as_of_date import Computed
from collector.store import database


@dataclass(frozen=True)
class Computation:
    """What to compute for each shard: call it with the shard's file.

    `method_version` is that of the caller: workers on other machines must be of the same.
    """

    config: Config
    dates: Sequence[date]
    method_version: str = METHOD_VERSION

    def __call__(self, path: Path) -> list[Computed]:
        """Store the signals of all dates in the shard, and count those of each date.

        Raises DatabaseError.
        """
        if self.method_version != METHOD_VERSION:
            raise DatabaseError(
                f"a worker has version {METHOD_VERSION} of the method, this command {self.method_version}.",
                "Install the same version of collect on all machines.",
            )
        with database.plain_words(path), closing(database.open_database(path, create=False)) as db:
            return [as_of_date.compute(db, self.config, day) for day in self.dates]
