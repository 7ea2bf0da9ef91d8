"""Carry over from run to run what was learned about the server: page sizes, and what its schema lacks."""

import json
import sqlite3
from datetime import datetime

from collector.github import older_schemas, page_size
from collector.github.client import GitHub
from collector.store import database

SIZES, LACKS = "page_sizes", "schema_lacks"


def recall(db: sqlite3.Connection, github: GitHub, now: datetime) -> None:
    """Load the stored values into a client."""
    github.sizes.update(_sizes(database.meta(db, SIZES)))
    github.lacks |= older_schemas.remembered(database.meta(db, LACKS), github.graphql_url, now)


def _sizes(text: str | None) -> dict[str, int]:
    """Return page sizes from stored JSON. Invalid ones are ignored: they will be learned again."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    stored = found.items() if isinstance(found, dict) else ()
    return {kind: n for kind, n in stored if kind in page_size.SIZES and type(n) is int and n > 0}


def keep(db: sqlite3.Connection, github: GitHub, now: datetime) -> None:
    """Store the client's values for the next run."""
    if github.sizes:
        database.set_meta(db, {SIZES: json.dumps(github.sizes, sort_keys=True)})
    if github.schema_seen:
        database.set_meta(db, {LACKS: older_schemas.to_remember(github.lacks, github.graphql_url, now)})
