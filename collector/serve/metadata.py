"""The metadata for datasette: table descriptions, saved queries and the dashboard."""

import json
import re
import sqlite3
import tomllib
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Any

from collector.method.registry import BY_KEY, FAMILIES, SIGNALS
from collector.method.scores import OF_WORK
from collector.report.as_of_date import is_synthetic
from collector.report.words import SYNTHETIC
from collector.serve import saved
from collector.serve.descriptions import GROUPS, Described, described
from collector.serve.saved import Saved

DASHBOARD = "projects"
TITLE = "How projects really work on GitHub"

# datasette lists all columns above the rows, which would push the rows off the screen. Times are not wrapped.
_STYLE = (
    "<style>dl.column-descriptions{columns:24em;font-size:.8em;padding:.5em;border:1px solid #ddd}"
    "dl.column-descriptions dt,dl.column-descriptions dd{display:inline;margin:0 .2em;padding:0}"
    "dl.column-descriptions dd::after{content:'';display:block}td[class*=_at]{white-space:nowrap}</style>"
)
# The version bundled with datasette-dashboards, which itself declares an older one.
_VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json"
# Queries for the choices of a parameter.
_CHOICES = {"project": "SELECT slug FROM projects ORDER BY slug", "signal": "SELECT DISTINCT signal FROM signals"}


def build(db: sqlite3.Connection, name: str) -> dict[str, Any]:
    """Return the metadata of the database, which datasette calls `name` (its file name without suffix).

    Queries and charts on tables that the database does not have yet, such as the evidence of a signal that was never
    computed, are omitted.
    """
    tables = described(db)
    queries = [q for q in saved.read("queries") if _answerable(db, q.sql, q.parameters)]
    return {
        "title": f"SYNTHETIC: {TITLE}" if is_synthetic(db) else TITLE,
        "description_html": _welcome(db, name),
        "databases": {
            name: {
                "title": TITLE,
                "description_html": _contents(db, name, tables),
                "tables": {t.name: _table(t) for t in tables},
                "queries": {q.name: _query(db, q) for q in queries},
            }
        },
        "plugins": {"datasette-dashboards": {DASHBOARD: _dashboard(db, name)}},
    }


def to_text(metadata: dict[str, Any]) -> str:
    """Format the metadata as a file for `datasette --metadata`."""
    return json.dumps(metadata, indent=2, ensure_ascii=False) + "\n"


def _answerable(db: sqlite3.Connection, sql: str, parameters: Iterable[str]) -> bool:
    try:
        db.execute(f"EXPLAIN {sql}", dict.fromkeys(parameters, ""))
    except sqlite3.OperationalError as error:
        # SQLite reports unknown functions last, so everything else is fine: datasette defines functions of its own.
        return "no such function" in str(error)
    return True


def _welcome(db: sqlite3.Connection, name: str) -> str:
    place = _address(name)
    return (
        f"{_synthetic(db)}<p>Signals of public GitHub activity that a project cannot cheaply buy, and the rows behind "
        f'each. Begin with the <a href="/-/dashboards/{DASHBOARD}">dashboard</a>, the '
        f'<a href="{place}/scorecard">scorecard</a> or the <a href="{place}#queries">saved queries</a>.</p>'
    )


def _address(name: str) -> str:
    """Return the path at which datasette serves the database, in its tilde encoding.

    https://docs.datasette.io/en/stable/internals.html#tilde-encoding
    """
    return "/" + re.sub(
        r"[^A-Za-z0-9_-]", lambda m: "+" if m[0] == " " else "".join(f"~{byte:02X}" for byte in m[0].encode()), name
    )


def _contents(db: sqlite3.Connection, name: str, tables: list[Described]) -> str:
    """List the tables by purpose; datasette itself lists them by name."""
    as_of = db.execute("SELECT substr(as_of, 1, 10) FROM as_of").fetchone()
    speaks = (
        f"When this server started, the views were as of {as_of[0]}; the table as_of has the current date."
        if as_of
        else ""
    )
    lines = []
    for group, title in GROUPS.items():
        links = [
            f'<a href="{_address(name)}/{escape(t.name)}" title="{escape(t.title)}">{escape(t.name)}</a>'
            for t in tables
            if t.group == group and not t.hidden
        ]
        if links:
            lines.append(f"<li><strong>{title}</strong>: {', '.join(links)}</li>")
    return f"{_welcome(db, name)}<ul>{''.join(lines)}</ul><p>All times are UTC. {speaks}</p>"


def _filled(db: sqlite3.Connection, display: Any) -> Any:
    """Replace each `{query = ...}` in a chart's display by the values that the query returns."""
    if isinstance(display, list):
        return [_filled(db, part) for part in display]
    if not isinstance(display, dict):
        return display
    if set(display) == {"query"}:
        return [row[0] for row in db.execute(display["query"])]
    return {key: _filled(db, part) for key, part in display.items()}


def _synthetic(db: sqlite3.Connection) -> str:
    return f"<p><strong>{escape(SYNTHETIC)}</strong></p>" if is_synthetic(db) else ""


def _table(table: Described) -> dict[str, Any]:
    is_named = table.name == table.title.lower().replace(" ", "_")
    shown = {
        "title": table.title if is_named else f"{table.name}: {table.title}",
        "description_html": f"<p>{escape(table.description)}</p>{_STYLE}",
        "columns": dict(table.columns),
        "label_column": table.label,
        "sort": table.sort,
        "sort_desc": table.sort_desc,
        "facets": list(table.facets),
        "hidden": table.hidden,
    }
    return {key: value for key, value in shown.items() if value}


def _query(db: sqlite3.Connection, query: Saved) -> dict[str, Any]:
    told = []
    for parameter, meaning in query.parameters.items():
        choices = [row[0] for row in db.execute(_CHOICES[parameter])] if parameter in _CHOICES else []
        links = [f'<a href="?{parameter}={escape(choice)}">{escape(choice)}</a>' for choice in choices]
        told.append(f"<li><strong>{parameter}</strong>: {escape(meaning)}{': ' * bool(links)}{' · '.join(links)}</li>")
    return {
        "title": query.title,
        "description": query.description,
        "description_html": f"<p>{escape(query.description)}</p>{_STYLE}"
        + (f"<ul>{''.join(told)}</ul>" if told else ""),
        "params": list(query.parameters),
        "sql": query.sql,
        "hide_sql": True,
    }


def _dashboard(db: sqlite3.Connection, name: str) -> dict[str, Any]:
    source = tomllib.loads((files(__package__) / "charts.toml").read_text(encoding="utf-8"))
    families = ", ".join(f"('{BY_KEY[s.key].family}', {FAMILIES.index(s.family)}, '{s.key}')" for s in SIGNALS)
    little = ", ".join(f"'{family}'" for family in sorted(OF_WORK))
    charts: dict[str, Any] = {
        "about": {"library": "markdown", "display": source["about"].format(database=_address(name))},
    }
    # On a narrow screen the charts are stacked in this order.
    order = [chart for row in source["layout"] for chart in row]
    for chart in sorted(saved.read("charts"), key=lambda chart: order.index(chart.name)):
        sql = chart.sql.replace("{families}", families).replace("{little_families}", little)
        # datasette-dashboards keeps the part in [[...]] only while a project is selected.
        if _answerable(db, re.sub(r"\[\[(.*?)\]\]", r"\1", sql), ["project"]):
            charts[chart.name] = {
                "title": f"{chart.title}. {chart.description}",
                "db": name,
                "library": "vega-lite",
                "query": sql,
                "display": {"$schema": _VEGA_LITE, **_filled(db, source["charts"][chart.name])},
            }
    return {
        "title": ("SYNTHETIC: " if is_synthetic(db) else "") + source["title"],
        "description": source["description"],
        "layout": [row for row in source["layout"] if all(chart in charts for chart in row)],
        "filters": {
            "project": {"name": "Project", "type": "select", "db": name, "query": _CHOICES["project"]},
        },
        "charts": charts,
    }
