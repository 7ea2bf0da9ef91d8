"""The repositories that several shards hold, for projects of each, and which shard's facts are merged."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.derive import outdated
from collector.store import database
from collector.store.write import transaction


@dataclass
class Elsewhere:
    """The repositories whose facts are taken from another shard.

    Of those in `same` the facts here are identical; those in `other` were read at another time.
    """

    same: set[int] = field(default_factory=set)
    other: set[int] = field(default_factory=set)


def elsewhere(shards: Sequence[Path]) -> dict[Path, Elsewhere]:
    """Return, by shard, the repositories whose facts are taken from another one: the shard that read them last.

    All facts of a repository come from one shard: those of different syncs would not fit together.
    """
    holders: dict[int, list[Path]] = defaultdict(list)
    for path in shards:
        for (ident,) in _read(path, "SELECT id FROM repositories", []):
            holders[ident].append(path)
    shared = {ident: paths for ident, paths in holders.items() if len(paths) > 1}
    state: dict[tuple[int, Path], list[tuple[object, ...]]] = defaultdict(list)
    for path in shards:
        for ident, *rest in _read(
            path,
            "SELECT repository, coalesce(completed_at, ''), kind, cursor, watermark, fingerprint FROM sync_state "
            "WHERE repository IN (SELECT value FROM json_each(?)) ORDER BY repository, completed_at DESC, kind",
            [json.dumps(sorted(shared))],
        ):
            state[ident, path].append(tuple(rest))
    out = {path: Elsewhere() for path in shards}
    for ident, paths in shared.items():
        latest = max(paths, key=lambda path: max((str(row[0]) for row in state[ident, path]), default=""))
        for path in paths:
            if path is not latest:
                left = out[path].same if state[ident, path] == state[ident, latest] else out[path].other
                left.add(ident)
    return out


def delete_derived(db: sqlite3.Connection, shard: Path, repositories: set[int]) -> None:
    """Delete what was derived in a shard from facts of these repositories that were not taken."""
    found = _read(
        shard,
        "SELECT DISTINCT project FROM project_repositories WHERE repository IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(repositories))],
    )
    with transaction(db):
        for (slug,) in found:
            outdated.remove(db, str(slug))


def _read(path: Path, sql: str, values: list[str]) -> list[tuple[Any, ...]]:
    with database.plain_words(path), closing(database.connect(path, "rw")) as db:
        return db.execute(sql, values).fetchall()
