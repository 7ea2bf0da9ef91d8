"""All that a database says of one project: for laws of which other projects must change nothing."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from collector.config import Config
from collector.derive.outdated import OF_PROJECT
from collector.method import compute, evidence
from collector.method.registry import BY_KEY

_NUMBERS = {"id", "work", "release_version"}
"""Columns of derived tables that number their rows."""


def said_of(
    db: sqlite3.Connection, config: Config, slugs: Collection[str], dates: Sequence[date]
) -> dict[str, dict[str, list[str]]]:
    """Project -> table or view -> its rows, those that go by a date as of these, without what numbers them."""
    found: dict[str, dict[str, list[str]]] = {slug: {} for slug in slugs}
    for as_of in dates:
        compute.compute(db, config, as_of)
        for table in ("signals", "project_facts", "scores"):
            for slug, said in found.items():
                rows = _rows(db, f"SELECT * FROM {table} WHERE project = ? AND as_of = ?", slug, as_of.isoformat())
                said[f"{table} {as_of}"] = _texts(rows, {"config_hash"})
        evidence.materialise(db, as_of)
        for key in BY_KEY:
            rows = _rows(db, f"SELECT * FROM evidence_{key}")
            for slug, said in found.items():
                said[f"{key} {as_of}"] = _texts([row for row in rows if row["project"] == slug], set())
        evidence.drop_temporary(db)
    for table in OF_PROJECT:
        if any(row[1] == "project" for row in db.execute(f"PRAGMA table_info({table})")):
            for slug, said in found.items():
                said[table] = _texts(_rows(db, f"SELECT * FROM {table} WHERE project = ?", slug), _NUMBERS)
    for table in ("work_paths", "release_work"):
        for slug, said in found.items():
            rows = _rows(db, f"SELECT * FROM {table} AS t JOIN work AS w ON w.id = t.work WHERE w.project = ?", slug)
            said[table] = _texts(rows, _NUMBERS)
    return found


def _rows(db: sqlite3.Connection, sql: str, *values: str) -> list[dict[str, Any]]:
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _texts(rows: Sequence[dict[str, Any]], without: set[str]) -> list[str]:
    return sorted(repr({name: value for name, value in row.items() if name not in without}) for row in rows)
