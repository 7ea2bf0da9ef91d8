"""Work for engines whose workers die. It is imported by name in other processes."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from collector.shards.computing import Computation


@dataclass(frozen=True)
class DiesOnce:
    """Computes a shard; of those named, the first worker dies in the midst of a transaction, or every one does."""

    compute: Computation
    dying: tuple[str, ...]
    always: bool = False

    def __call__(self, path: Path) -> int:
        mark = path.with_suffix(".died")
        if path.name in self.dying and (self.always or not mark.exists()):
            mark.touch()
            from contextlib import closing

            from collector.store import database

            with closing(database.open_database(path, create=False)) as db:
                db.execute("BEGIN IMMEDIATE")
                db.execute("DELETE FROM signals")
                os.kill(os.getpid(), signal.SIGKILL)
        return sum(one.signals for one in self.compute(path))
