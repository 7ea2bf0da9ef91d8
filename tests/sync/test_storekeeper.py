"""The thread of the database, which syncs in a lab do without (`tests/lab.py`)."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collector.errors import DatabaseError
from collector.store.database import open_database
from collector.sync.storekeeper import Storekeeper

SECONDS = 10  # before a test fails that waits for what does not come


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Storekeeper]:
    path = tmp_path / "signals.db"
    with closing(open_database(path)) as db:
        keeper = Storekeeper(path, db, "2026-01-01T03:00:00Z", None)
        yield keeper
        keeper.close()


def note(db: sqlite3.Connection, key: str) -> int:
    db.execute("INSERT INTO meta VALUES (?, '')", [key])
    return threading.get_ident()


def noted(keeper: Storekeeper) -> list[str]:
    sql = "SELECT key FROM meta WHERE key LIKE 'n%' ORDER BY rowid"
    return [key for (key,) in keeper.connection.execute(sql)]


def test_all_work_is_done_in_order_on_one_other_thread(keeper: Storekeeper) -> None:
    async def many() -> list[int]:
        return await asyncio.gather(*(keeper.change(note, f"n{n:02}") for n in range(50)))

    threads = set(asyncio.run(many()))
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert noted(keeper) == [f"n{n:02}" for n in range(50)]


def test_the_event_loop_goes_on_meanwhile(keeper: Storekeeper) -> None:
    goes_on = threading.Event()

    async def both() -> bool:
        waiting = asyncio.create_task(keeper.read(lambda db: goes_on.wait(SECONDS)))
        await asyncio.sleep(0)
        goes_on.set()
        return await waiting

    assert asyncio.run(both())


def test_work_that_nobody_waits_for_any_more_is_finished_before_the_end(keeper: Storekeeper) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(db: sqlite3.Connection) -> None:
        for n in range(2):
            note(db, f"n{n}")
            begun.set()
            assert may_end.wait(SECONDS)

    async def stopped() -> None:
        task = asyncio.create_task(keeper.change(slow))
        await asyncio.to_thread(begun.wait, SECONDS)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stopped())
    was_at_work = keeper.connection.in_transaction
    may_end.set()
    keeper.close()
    assert (was_at_work, keeper.connection.in_transaction) == (True, False)
    assert noted(keeper) == ["n0", "n1"]


def test_an_error_of_sqlite_is_a_sentence_and_undoes_the_transaction(keeper: Storekeeper) -> None:
    def failing(db: sqlite3.Connection) -> None:
        note(db, "n")
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(DatabaseError, match="The disk is full"):
        asyncio.run(keeper.change(failing))
    assert noted(keeper) == []
