"""What tables.toml says, against the schema that there is."""

import io
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cogapp import Cog

from collector.method import evidence
from collector.serve import descriptions
from collector.store import database


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An empty database with all tables and views."""
    connection = database.open_database(tmp_path_factory.mktemp("empty") / "signals.db")
    evidence.store_views(connection, date(2026, 1, 5))
    yield connection
    connection.close()


def test_every_column_is_described(db: sqlite3.Connection) -> None:
    missing = {
        f"{table.name}.{column}"
        for table in descriptions.described(db)
        for column in descriptions.columns(db, table.name)
        if not table.columns.get(column)
    }
    assert missing == set()


def test_every_description_has_its_table_and_column(db: sqlite3.Connection) -> None:
    source = descriptions.source()
    assert set(source["tables"]) - set(descriptions.names(db)) == set()
    own = {(name, column) for name, table in source["tables"].items() for column in table.get("columns", {})}
    there = {(name, column) for name in descriptions.names(db) for column in descriptions.columns(db, name)}
    assert own - there == set()
    used = {column for name, column in there - own}
    assert set(source["columns"]) - used == set()


def test_nothing_is_said_twice() -> None:
    source = descriptions.source()
    said = [(column, text) for column, text in source["columns"].items()]
    said += [pair for table in source["tables"].values() for pair in table.get("columns", {}).items()]
    assert [pair for pair, count in Counter(said).items() if count > 1] == []


def test_numbers_have_a_unit_and_times_say_utc(db: sqlite3.Connection) -> None:
    wanting = set()
    for table in descriptions.described(db):
        # A view of facts by project has the columns of their table.
        facts = table.name.removeprefix("project_")
        references = {row[3] for name in (table.name, facts) for row in db.execute(f"PRAGMA foreign_key_list({name})")}
        for _, column, kind, *_ in db.execute(f"PRAGMA table_info({table.name})"):
            text = table.columns[column]
            if column.endswith("_at"):
                if not text.endswith("[UTC]"):
                    wanting.add(f"{table.name}.{column}")
            elif kind in ("INTEGER", "REAL") and column not in references and not re.search(r"\[[^]]+\]$", text):
                wanting.add(f"{table.name}.{column}")
    # A view's column has the name of a table's, or it has no type.
    assert {w for w in wanting if not w.endswith((".push", ".repository"))} == set()


def test_what_datasette_shows_first_is_there(db: sqlite3.Connection) -> None:
    for table in descriptions.described(db):
        there = descriptions.columns(db, table.name)
        shown = [table.label, table.sort, table.sort_desc, *table.facets]
        assert [column for column in shown if column and column not in there] == [], table.name
        assert table.group in descriptions.GROUPS
        assert table.title
        assert table.description


def test_flags_to_filter_by_have_a_type(db: sqlite3.Connection) -> None:
    # A filter compares with text, which is what an address consists of: without a type, 1 is not '1'.
    for table in descriptions.described(db):
        flags = [column for column in table.facets if table.columns[column].endswith("[0 or 1]")]
        if flags:
            db.execute(f"CREATE TEMP TABLE typed AS SELECT {', '.join(flags)} FROM {table.name}")
            types = [kind for _, _, kind, *_ in db.execute("PRAGMA temp.table_info(typed)")]
            db.execute("DROP TABLE temp.typed")
            assert set(types) == {"INT"}, table.name


def test_what_others_refer_to_has_a_name(db: sqlite3.Connection) -> None:
    tables = {table.name: table for table in descriptions.described(db)}
    targets = Counter(
        row[2] for name in tables for row in db.execute(f"PRAGMA foreign_key_list({name})") if row[4] is not None
    )
    # A commit's name is its oid, a push has none.
    nameless = {name for name in targets if tables[name].label is None}
    assert nameless == {"commits", "pushes"}


def test_an_evidence_view_speaks_by_its_signal_and_its_own_comment(db: sqlite3.Connection) -> None:
    view = next(t for t in descriptions.described(db) if t.name == "evidence_first_response_7d")
    assert (view.group, view.title) == ("evidence", "Does an outsider get a human answer within a week?")
    assert "Every issue, and every discussion" in view.description
    assert view.facets == ("project", "counted", "reason")
    assert view.sort_desc == "opened_at"


def test_a_view_that_is_not_described_is_there_all_the_same(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE VIEW evidence_active_weeks AS SELECT 'a' AS project, 1 AS counted, 2 AS unheard_of")
    connection.execute("CREATE TABLE late_comer (id INTEGER)")
    found = {table.name: table for table in descriptions.described(connection)}
    connection.close()
    assert found["evidence_active_weeks"].columns.keys() == {"project", "counted"}
    assert (found["late_comer"].group, found["late_comer"].title) == ("parts", "Late comer")


@pytest.mark.parametrize("page", ["schema", "datasette", "signals"])
def test_the_pages_are_up_to_date(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert Cog().main(["cog", "--check", f"docs/{page}.md"]) == 0, f"run: cog -I . -r docs/{page}.md"
