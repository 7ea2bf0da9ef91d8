"""Checks of the installed versions and of the configuration."""

import platform
import sqlite3
from pathlib import Path

from collector.config import Config, load
from collector.doctor.check import Check, error, ok
from collector.errors import ConfigError, DatabaseError
from collector.store import database
from collector.text import plural


def checks(config: Path, version: str) -> tuple[Config | None, list[Check]]:
    """Return the configuration, or None if it is invalid, and the results."""
    text = f"collect {version}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}."
    try:
        database.require_sqlite()
        found = [ok("versions", text)]
    except DatabaseError as problem:
        found = [error("versions", problem)]
    try:
        tracked = load(config)
    except ConfigError as problem:
        return None, [*found, error("configuration", problem)]
    repositories = len(tracked.by_repository())
    text = (
        f"{config}: {plural(len(tracked.projects), 'project')}, {plural(repositories, 'repository', 'repositories')}."
    )
    return tracked, [*found, ok("configuration", text)]
