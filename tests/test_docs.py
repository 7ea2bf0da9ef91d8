"""The documentation speaks of what there is."""

import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from collector.method import evidence, measure
from collector.method.registry import BY_KEY
from collector.method.signal import METHOD_VERSION
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


@pytest.mark.parametrize("key", measure.MEASURED)
def test_each_section_has_an_example_attacks_limits_and_the_numbers_of_the_code(key: str) -> None:
    page = (DOCS / "signals.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {key}: ", 1)[1].split("\n## ", 1)[0]
    for part in ("*Example.*", "*Attacks", "*Cannot see*"):
        assert part in section, part
    numbers = re.findall(r"\d+", BY_KEY[key].least_n + (" 7" if key.endswith("7d") else ""))
    # What a section shares with another it says by the other's name.
    assert all(re.search(rf"\b{n}\b", section) for n in numbers) or "`first_response_7d`" in section
