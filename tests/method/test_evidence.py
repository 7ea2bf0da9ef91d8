"""The views of a database: which date they show, and when they change."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from collector.method import evidence
from collector.store.database import open_database

LATEST, EARLIER = date(2026, 6, 1), date(2026, 3, 5)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(tmp_path / "signals.db")) as connection:
        evidence.store_views(connection, LATEST)
        yield connection


def shown(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT as_of FROM as_of").fetchone()[0])


def test_each_view_says_what_its_rows_are_and_can_be_read(db: sqlite3.Connection) -> None:
    for view in evidence.views():
        assert view.description, view.name
        assert db.execute(f"SELECT * FROM {view.name}").fetchall() == []


@pytest.mark.parametrize("show", [evidence.use_temporary_views, evidence.materialise])
def test_another_date_is_shown_to_one_connection_only(
    db: sqlite3.Connection, show: Callable[[sqlite3.Connection, date], None]
) -> None:
    before = db.execute("SELECT sql FROM main.sqlite_master").fetchall()
    show(db, EARLIER)
    assert shown(db) == "2026-03-05T00:00:00Z"
    assert db.execute("SELECT as_of FROM main.as_of").fetchone()[0] == "2026-06-01T00:00:00Z"
    evidence.drop_temporary(db)
    assert shown(db) == "2026-06-01T00:00:00Z"
    assert db.execute("SELECT sql FROM main.sqlite_master").fetchall() == before


def test_a_view_and_a_number_of_an_older_version_are_replaced(db: sqlite3.Connection) -> None:
    db.execute("DROP VIEW people_work")
    db.execute("CREATE VIEW people_work AS SELECT 1 AS old")
    db.execute("DROP TABLE rules")
    db.execute("CREATE TABLE rules (old INTEGER)")
    evidence.store_views(db, LATEST)
    assert db.execute("SELECT * FROM people_work").fetchall() == []
    assert len(db.execute("SELECT substantive_lines FROM rules").fetchall()) == 1
