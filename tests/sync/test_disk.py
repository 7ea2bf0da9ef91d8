"""A disk that is full ends the run with a clear message; with room again, the next run goes on and nothing is lost."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from collector.errors import DatabaseError
from collector.store import database
from tests.lab import Lab


def furnish(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(300):
        repo.issue(f"Issue {n} " + "with a long title " * 10, lab.bob, f"2025-{n // 28 % 9 + 3:02}-{n % 28 + 1:02}")
    repo.release("v1", lab.alice, "2025-12-05")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Sets how many pages (of 4,096 bytes) fit onto the disk; None for as many as one likes."""
    open_database = database.open_database
    room: list[int | None] = [None]

    def opened(path: Path, create: bool = True) -> sqlite3.Connection:
        db = open_database(path, create)
        if room[0] is not None:
            db.execute(f"PRAGMA max_page_count = {room[0]}")
        return db

    monkeypatch.setattr(database, "open_database", opened)
    return room


def code_and_message(lab: Lab, **values: Any) -> tuple[int, str]:
    try:
        report = lab.sync(**values)
    except DatabaseError as error:
        return error.exit_code, str(error)
    return report.exit_code, report.message


@pytest.mark.parametrize("more", [0, 3, 10, 40])
def test_full_while_the_facts_are_stored(lab: Lab, disk: list[int | None], more: int) -> None:
    furnish(lab)
    true = lab.fresh()
    pages = lab.query("PRAGMA page_count", path=lab.empty)[0]
    disk[0] = pages + more
    code, message = code_and_message(lab)
    assert code == 7
    assert "The disk is full" in message
    assert lab.query("PRAGMA integrity_check") == ["ok"]
    disk[0] = None
    assert lab.sync().exit_code == 0
    assert lab.compared(true) == {}


def test_full_while_the_signals_are_computed(lab: Lab, disk: list[int | None]) -> None:
    furnish(lab)

    def filling(db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        db.execute("CREATE TABLE large AS SELECT randomblob(1000000) AS bytes")

    code, message = code_and_message(lab, after=filling)
    assert code == 7
    assert "The disk is full" in message
    assert lab.differences() == {}
    assert lab.sync().exit_code == 0
