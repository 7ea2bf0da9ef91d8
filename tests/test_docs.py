"""The documentation speaks of what there is."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from collector import evidence, measure
from collector.signals.signal import METHOD_VERSION
from collector.store import database

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    connection = database.open_database(tmp_path / "signals.db")
    evidence.use(connection, date(2026, 1, 5), temporary=False)
    return connection


def test_schema_page_names_every_table_and_view(db: sqlite3.Connection) -> None:
    names = {
        row[0]
        for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not row[0].startswith(("sqlite_", "_sqlite")) and "_fts" not in row[0]
    }
    page = (DOCS / "schema.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_signals_page_has_a_section_for_every_signal_computed() -> None:
    page = (DOCS / "signals.md").read_text(encoding="utf-8")
    assert [key for key in measure.MEASURED if f"\n## {key}: " not in page] == []
    assert f"Method {METHOD_VERSION}." in page
