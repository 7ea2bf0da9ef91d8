"""The views of a database: which date they show, and when they change."""

import sqlite3
from collections.abc import Callable
from datetime import date

import pytest

from collector.method import evidence
from collector.method.registry import BY_KEY
from tests.made import Book, Row

LATEST, EARLIER = date(2026, 6, 1), date(2026, 3, 5)


@pytest.fixture
def db() -> sqlite3.Connection:
    book = Book()
    evidence.store_views(book.db, LATEST)
    return book.db


def shown(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT as_of FROM as_of").fetchone()[0])


def views(db: sqlite3.Connection) -> set[str]:
    """The names of the views of this connection alone."""
    return {row[0] for row in db.execute("SELECT name FROM sqlite_temp_master WHERE type = 'view'")}


def ordered(rows: list[Row]) -> list[str]:
    return sorted(str(row) for row in rows)


def test_each_view_says_what_its_rows_are_and_can_be_read(db: sqlite3.Connection) -> None:
    for view in evidence.views():
        assert view.description, view.name
        rows = db.execute(f"SELECT * FROM {view.name}").fetchall()
        assert rows == [] or view.name == "calendar"


def test_a_view_with_another_name_now_is_dropped(db: sqlite3.Connection) -> None:
    db.execute("CREATE VIEW credited_commits AS SELECT * FROM issue_of_commit")
    evidence.store_views(db, LATEST)
    assert db.execute("SELECT name FROM sqlite_master WHERE name = 'credited_commits'").fetchall() == []


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


def test_the_evidence_of_one_signal_needs_only_what_is_behind_it(steady: Book) -> None:
    repo = steady.rows("SELECT id FROM repositories")[0]["id"]
    steady.comment(repo, steady.issue(repo, 1, "asker", "2026-03-01T00:00:00Z"), "ann", "2026-03-02T00:00:00Z")
    steady.landings()
    evidence.materialise(steady.db, LATEST)
    every = {key: steady.rows(f"SELECT * FROM evidence_{key}") for key in BY_KEY}
    assert {"active_weeks", "first_response_7d", "release_weeks"} <= {key for key, rows in every.items() if rows}
    for key, rows in every.items():
        evidence.materialise(steady.db, LATEST, signals=[key])
        assert {v for v in views(steady.db) if v.startswith("evidence_")} == {f"evidence_{key}"}
        assert ordered(steady.rows(f"SELECT * FROM evidence_{key}")) == ordered(rows), key
        found = evidence.rows(steady.db, key).get("acme", [])
        assert ordered([dict(row) for row in found]) == ordered(rows), key
        columns = ["counted", *BY_KEY[key].reads, "reason", "project"]
        few = evidence.rows(steady.db, key, BY_KEY[key].reads).get("acme", [])
        assert ordered([dict(row) for row in few]) == ordered([{c: row[c] for c in columns} for row in rows]), key


def test_a_view_and_a_number_of_an_older_version_are_replaced(db: sqlite3.Connection) -> None:
    db.execute("DROP VIEW people_work")
    db.execute("CREATE VIEW people_work AS SELECT 1 AS old")
    db.execute("DROP TABLE rules")
    db.execute("CREATE TABLE rules (old INTEGER)")
    evidence.store_views(db, LATEST)
    assert db.execute("SELECT * FROM people_work").fetchall() == []
    assert len(db.execute("SELECT substantive_lines FROM rules").fetchall()) == 1


@pytest.mark.parametrize("key", BY_KEY)
def test_the_evidence_of_a_signal_is_planned_quickly(db: sqlite3.Connection, key: str) -> None:
    # A view that is read from several places is planned anew for each, and so are those that it reads: it multiplies.
    # SQLite asks for leave to read a column each time, about 120,000 times a second.
    asked = 0

    def allow(action: int, *_: str | None) -> int:
        nonlocal asked
        asked += action == sqlite3.SQLITE_READ
        return sqlite3.SQLITE_OK

    db.set_authorizer(allow)
    db.execute(f"EXPLAIN SELECT * FROM evidence_{key}").fetchall()
    assert asked < 32_000
