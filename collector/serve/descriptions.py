"""Descriptions of the database's tables, views and columns, from `tables.toml` and the comments of the views."""

import sqlite3
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from collector.method import evidence
from collector.method.registry import BY_KEY

GROUPS: Mapping[str, str] = {
    "results": "Results",
    "evidence": "Evidence, a view per signal",
    "analysis": "Facts with their project, for queries",
    "facts": "Facts from GitHub",
    "derived": "Derived, rebuilt from the facts",
    "parts": "Views that the evidence is built on",
    "sync": "State and log of the sync",
    "own": "Internal tables",
}
"""The groups of tables and views, in display order."""

_EVIDENCE = "evidence_"


@dataclass(frozen=True)
class Described:
    """A table or view: its group (a key of GROUPS), title, description, columns, and how datasette shows it."""

    name: str
    group: str
    title: str
    description: str
    columns: Mapping[str, str]
    label: str | None
    sort: str | None
    sort_desc: str | None
    facets: tuple[str, ...]
    hidden: bool


@cache
def source() -> dict[str, Any]:
    """Return the contents of tables.toml."""
    return tomllib.loads((files(__package__) / "tables.toml").read_text(encoding="utf-8"))


def described(db: sqlite3.Connection) -> list[Described]:
    """Return the tables and views of a database by group, in the order of the method's signals and of tables.toml.

    Full-text shadow tables are omitted. Views that the file does not mention are included with the comment of their
    definition.
    """
    first = [f"{_EVIDENCE}{key}" for key in BY_KEY]
    order = {name: place for place, name in enumerate(dict.fromkeys([*first, *source()["tables"]]))}
    found = [_describe(db, name) for name in names(db)]
    groups = list(GROUPS)
    return sorted(found, key=lambda t: (groups.index(t.group), order.get(t.name, len(order)), t.name))


def names(db: sqlite3.Connection) -> list[str]:
    """Return the names of the tables and views, without internal ones."""
    rows = db.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_fts%' ESCAPE '!' ORDER BY name"
    )
    return [row[0] for row in rows]


def columns(db: sqlite3.Connection, name: str) -> list[str]:
    """Return the columns of a table or view, in order."""
    return [row[0] for row in db.execute("SELECT name FROM pragma_table_info(?)", [name])]


def _describe(db: sqlite3.Connection, name: str) -> Described:
    own: dict[str, Any] = source()["tables"].get(name, {})
    there = columns(db, name)
    alike = source()["tables"].get(own.get("like"), {})
    known = {**source()["columns"], **alike.get("columns", {}), **own.get("columns", {})}
    head = _heads().get(name)
    signal = BY_KEY.get(name.removeprefix(_EVIDENCE)) if name.startswith(_EVIDENCE) else None
    # All evidence views have the same structure, so sort order and facets follow from their columns.
    newest = next((c for c in there if c == "day" or c.endswith("_at")), None) if signal else own.get("sort_desc")
    facets = [c for c in ("project", "counted", "reason") if c in there] if signal else own.get("facets", [])
    return Described(
        name=name,
        group="evidence" if signal else own.get("group", "parts"),
        title=signal.question if signal else own.get("title", name.replace("_", " ").capitalize()),
        description=head or _one_row(own.get("row", "")),
        columns={c: known[c] for c in there if c in known},
        label=own.get("label"),
        sort=own.get("sort"),
        sort_desc=newest,
        facets=tuple(facets),
        hidden=own.get("hidden", False),
    )


def _one_row(row: str) -> str:
    """Return the description of a table from what one row is, as in "a tag"."""
    article, _, rest = row.partition(" ")
    return f"One row per {rest}." if article in ("a", "an") else f"{row[:1].upper()}{row[1:]}." if row else ""


@cache
def _heads() -> dict[str, str]:
    """Return the comment of each evidence view's file."""
    return {view.name: view.description for view in evidence.views()}
