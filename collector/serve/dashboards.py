"""The dashboards for datasette-dashboards: charts.toml with the queries of the folder charts."""

import re
import sqlite3
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from collector.method.registry import FAMILIES, SIGNALS
from collector.method.scores import OVERALL
from collector.report import words
from collector.serve import saved
from collector.store.synthetic import is_synthetic

FIRST = "projects"
"""The dashboard to begin with."""

# The version bundled with datasette-dashboards, which itself declares an older one.
_VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json"
# Of every chart: without the menu, which has no name for a screen reader. Tables are in place of charts there.
_DRAWN = {"usermeta": {"embedOptions": {"actions": False}}}
# On a chart that is wider than a phone, this class lets it scroll: see templates/dashboard_view.html.
_WIDE = "wide"


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "charts.toml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the names of the dashboards, in their order."""
    return list(_source()["dashboards"])


def charts() -> dict[str, list[str]]:
    """Return dashboard -> the names of its charts, in the order of its layout."""
    return {
        name: list(dict.fromkeys(chart for row in own["layout"] for chart in row))
        for name, own in _source()["dashboards"].items()
    }


def build(db: sqlite3.Connection, database: str) -> dict[str, Any]:
    """Return the dashboards of a database, which datasette calls `database`.

    Charts on tables that the database does not have yet are omitted.
    """
    return {name: _dashboard(db, database, name) for name in names()}


def parameters() -> set[str]:
    """Return the parameters that can be set above the charts; each of them may be missing."""
    return set(_source()["filters"])


def answerable(db: sqlite3.Connection, sql: str, parameters: Iterable[str]) -> bool:
    """Return whether the database has all that a query reads."""
    try:
        db.execute(f"EXPLAIN {sql}", dict.fromkeys(parameters, ""))
    except sqlite3.OperationalError as error:
        # SQLite reports unknown functions last, so everything else is fine: datasette defines functions of its own.
        return "no such function" in str(error)
    return True


def _dashboard(db: sqlite3.Connection, database: str, name: str) -> dict[str, Any]:
    source = _source()
    own = source["dashboards"][name]
    queries = {one.name: one for one in saved.read("charts")}
    built: dict[str, Any] = {}
    for chart in charts()[name]:
        sql = _filled_sql(queries[chart].sql)
        # datasette-dashboards keeps the part in [[...]] only while its parameter is chosen.
        if answerable(db, re.sub(r"\[\[(.*?)\]\]", r"\1", sql), source["filters"]):
            display = {key: part for key, part in source["charts"][chart].items() if key != _WIDE}
            built[chart] = {
                "title": queries[chart].title,
                "description": queries[chart].description,
                "wide": source["charts"][chart].get(_WIDE, False),
                "db": database,
                "library": "vega-lite",
                "query": sql,
                "display": {"$schema": _VEGA_LITE, **_DRAWN, **_filled(db, display)},
            }
    return {
        "title": ("SYNTHETIC: " if is_synthetic(db) else "") + own["title"],
        "description": own["description"],
        "layout": [row for row in own["layout"] if all(chart in built for chart in row)],
        "filters": {key: _filter(source["filters"][key], database) for key in own["filters"]},
        "charts": built,
    }


def _filter(source: dict[str, Any], database: str) -> dict[str, Any]:
    shown = {"type": "select", **source, "unchosen": words.title(source.get("unchosen", "all"))}
    # The plugin takes a choice with a database for one with a query.
    return {**shown, "query": _filled_sql(source["query"]), "db": database} if "query" in source else shown


def _filled_sql(sql: str) -> str:
    """Fill in what a query says in braces.

    `{chosen COLUMN}` is the choice of project and category. The others are rows for VALUES, each with a key, a place
    and a word: `{families}`, `{scores}` (overall and the families), `{signals}`, and `{states}`, whose place is 1 where
    little is public and 2 where nothing is known.
    """
    families = [(family, place, words.family(family)) for place, family in enumerate(FAMILIES)]
    rows = {
        "families": families,
        "scores": [(OVERALL, -1, words.family(OVERALL)), *families],
        "signals": [(info.key, place, info.title) for place, info in enumerate(SIGNALS)],
        "states": [(state, words.state_rank(state), word) for state, word in words.STATES.items()],
    }
    for name, values in rows.items():
        listed = ", ".join(f"('{key}', {place}, '{_escaped(word)}')" for key, place, word in values)
        sql = sql.replace(f"{{{name}}}", listed)
    of_category = "(SELECT project FROM project_categories WHERE category = :category)"
    chosen = rf"[[AND \1 = :project]] [[AND \1 IN {of_category}]]"
    return re.sub(r"\{chosen ([\w.]+)\}", chosen, sql)


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _filled(db: sqlite3.Connection, display: Any) -> Any:
    """Replace each `{query = ...}` in a chart's display by the values that the query returns."""
    if isinstance(display, list):
        return [_filled(db, part) for part in display]
    if not isinstance(display, dict):
        return display
    if set(display) == {"query"}:
        return [row[0] for row in db.execute(display["query"])]
    return {key: _filled(db, part) for key, part in display.items()}
