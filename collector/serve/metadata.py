"""The metadata for datasette: table descriptions, saved queries and the dashboard."""

import json
import re
import sqlite3
from html import escape
from typing import Any

from collector.method_constants import METHOD_VERSION
from collector.report.words import SYNTHETIC
from collector.serve import dashboards, saved
from collector.serve.descriptions import GROUPS, Described, described
from collector.serve.saved import Saved
from collector.store.synthetic import is_synthetic
from collector.version import version

TITLE = "How projects really work on GitHub"

# datasette lists all columns above the rows, which would push the rows off the screen. Times are not wrapped.
_STYLE = (
    "<style>dl.column-descriptions{columns:24em;font-size:.8em;padding:.5em;border:1px solid #ddd}"
    "dl.column-descriptions dt,dl.column-descriptions dd{display:inline;margin:0 .2em;padding:0}"
    "dl.column-descriptions dd::after{content:'';display:block}td[class*=_at]{white-space:nowrap}</style>"
)
# Queries for the choices of a parameter.
_CHOICES = {"project": "SELECT slug FROM projects ORDER BY slug", "signal": "SELECT DISTINCT signal FROM signals"}


def build(db: sqlite3.Connection, name: str) -> dict[str, Any]:
    """Return the metadata of the database, which datasette calls `name` (its file name without suffix).

    Queries and charts on tables that the database does not have yet, such as the evidence of a signal that was never
    computed, are omitted.
    """
    tables = described(db)
    queries = [q for q in saved.read("queries") if dashboards.answerable(db, q.sql, q.parameters)]
    return {
        "title": f"SYNTHETIC: {TITLE}" if is_synthetic(db) else TITLE,
        "description_html": _welcome(db, name),
        **_origin(db),
        "databases": {
            name: {
                "title": TITLE,
                "description_html": _contents(db, name, tables),
                "tables": {t.name: _table(t) for t in tables},
                "queries": {q.name: _query(db, q) for q in queries},
            }
        },
        "plugins": {"datasette-dashboards": dashboards.build(db, name)},
    }


def to_text(metadata: dict[str, Any]) -> str:
    """Format the metadata as a file for `datasette --metadata`."""
    return json.dumps(metadata, indent=2, ensure_ascii=False) + "\n"


def _welcome(db: sqlite3.Connection, name: str) -> str:
    place = _address(name)
    return (
        f"{_synthetic(db)}<p>Signals of public GitHub activity that a project cannot cheaply buy, and the rows behind "
        f'each. Begin with the <a href="/-/dashboards/{dashboards.FIRST}">dashboards</a>, the '
        f'<a href="{place}/scorecard">scorecard</a> or the <a href="{place}#queries">saved queries</a>.</p>'
    )


def _origin(db: sqlite3.Connection) -> dict[str, str]:
    """Return what the footer of every page says about the data and the program."""
    about = {"about": f"collect {version()}, method {METHOD_VERSION}"}
    if is_synthetic(db):
        return {"source": "a GitHub emulator", "license": "none needed: nothing here is about anybody real", **about}
    return {
        "source": "GitHub's public API",
        "source_url": "https://docs.github.com/en/graphql",
        "license": "GitHub Terms of Service",
        "license_url": "https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
        **about,
    }


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
    items = []
    for parameter, meaning in query.parameters.items():
        choices = [row[0] for row in db.execute(_CHOICES[parameter])] if parameter in _CHOICES else []
        links = [f'<a href="?{parameter}={escape(choice)}">{escape(choice)}</a>' for choice in choices]
        items.append(f"<li><strong>{parameter}</strong>: {escape(meaning)}{': ' * bool(links)}{' · '.join(links)}</li>")
    return {
        "title": query.title,
        "description": query.description,
        "description_html": f"<p>{escape(query.description)}</p>{_STYLE}"
        + (f"<ul>{''.join(items)}</ul>" if items else ""),
        "params": list(query.parameters),
        "sql": query.sql,
        "hide_sql": True,
    }
