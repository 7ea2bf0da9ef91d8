"""The documentation speaks of what there is."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from collector.method import evidence
from collector.method.registry import COMPUTED
from collector.store import database

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    connection = database.open_database(tmp_path / "signals.db")
    evidence.store_views(connection, date(2026, 1, 5))
    return connection


def test_schema_page_names_every_table_and_view(db: sqlite3.Connection) -> None:
    names = {
        row[0]
        for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not row[0].startswith(("sqlite_", "_sqlite")) and "_fts" not in row[0]
    }
    page = (DOCS / "schema.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("key", COMPUTED)
def test_each_section_of_the_signals_page_has_an_example_attacks_and_limits(key: str) -> None:
    page = (DOCS / "signals.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {key}: ", 1)[1].split("\n## ", 1)[0]
    for part in ("*Example.*", "*Attacks", "*Cannot see*"):
        assert part in section, part
