"""What the tables, views and columns of a database mean: `tables.toml`, and the comments at the heads of the views."""

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
    "facts": "Facts from GitHub",
    "derived": "Derived, made anew from the facts",
    "parts": "Views that the evidence is built of",
    "sync": "The sync's own",
    "own": "The database's own",
}
"""The kinds of tables and views, in the order in which they are shown."""

_EVIDENCE = "evidence_"


@dataclass(frozen=True)
class Described:
    """A table or view: its group of GROUPS, what it is, what its columns are, and how to show it."""

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
    """The content of tables.toml: `columns` that mean the same anywhere, and `tables` with columns of their own."""
    return tomllib.loads((files(__package__) / "tables.toml").read_text(encoding="utf-8"))


def described(db: sqlite3.Connection) -> list[Described]:
    """The tables and views of a database: by group, in the order of the method's signals and of tables.toml.

    The shadow tables of full-text search are left out. Views that the file does not name are there all the same, with
    what their definitions say.
    """
    first = [f"{_EVIDENCE}{key}" for key in BY_KEY]
    order = {name: place for place, name in enumerate(dict.fromkeys([*first, *source()["tables"]]))}
    found = [_describe(db, name) for name in names(db)]
    groups = list(GROUPS)
    return sorted(found, key=lambda t: (groups.index(t.group), order.get(t.name, len(order)), t.name))


def names(db: sqlite3.Connection) -> list[str]:
    """The names of the tables and views that have a meaning of their own."""
    rows = db.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_fts%' ESCAPE '!' ORDER BY name"
    )
    return [row[0] for row in rows]


def columns(db: sqlite3.Connection, name: str) -> list[str]:
    """The columns of a table or view, in order."""
    return [row[0] for row in db.execute("SELECT name FROM pragma_table_info(?)", [name])]


def _describe(db: sqlite3.Connection, name: str) -> Described:
    own: dict[str, Any] = source()["tables"].get(name, {})
    there = columns(db, name)
    alike = source()["tables"].get(own.get("like"), {})
    known = {**source()["columns"], **alike.get("columns", {}), **own.get("columns", {})}
    head = _heads().get(name)
    signal = BY_KEY.get(name.removeprefix(_EVIDENCE)) if name.startswith(_EVIDENCE) else None
    # Evidence is alike in form, so what is shown first and counted follows from its columns.
    newest = next((c for c in there if c == "day" or c.endswith("_at")), None) if signal else own.get("sort_desc")
    facets = [c for c in ("project", "counted", "reason") if c in there] if signal else own.get("facets", [])
    return Described(
        name=name,
        group="evidence" if signal else own.get("group", "parts"),
        title=signal.question if signal else own.get("title", name.replace("_", " ").capitalize()),
        description=head if head else f"A row is {own['row']}." if "row" in own else "",
        columns={c: known[c] for c in there if c in known},
        label=own.get("label"),
        sort=own.get("sort"),
        sort_desc=newest,
        facets=tuple(facets),
        hidden=own.get("hidden", False),
    )


@cache
def _heads() -> dict[str, str]:
    """The comment at the head of each evidence view's file."""
    return {view.name: view.description for view in evidence.views()}
