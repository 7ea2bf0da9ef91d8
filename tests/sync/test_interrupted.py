"""Killed after any write, the next run goes on: the database is then that of an undisturbed run."""

import asyncio
import os
import signal
import sqlite3
from dataclasses import replace
from typing import Any

import httpx
import pytest

from collector.emulator.repository import Repository
from collector.errors import DatabaseError
from collector.github import page_size
from collector.store import bots, write
from collector.store import state as states
from collector.store.batch import Counts
from collector.store.write import transaction
from collector.sync.storekeeper import Storekeeper
from tests.lab import Lab, OneThread


class Killed(BaseException):
    """Nothing of the program runs on after this."""


def furnish(lab: Lab) -> Repository:
    """A repository with several pages of some kinds."""
    repo = lab.repository(has_discussions=True)
    for n in range(6):
        asked = repo.discussion(f"Question {n}", lab.bob, f"2025-04-{n + 1:02}")
        said = asked.comment(lab.alice, at=f"2025-04-{n + 2:02}")
        asked.comment(lab.bob, at=f"2025-04-{n + 3:02}", reply_to=said)
    for n in range(12):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 4:02}-{n % 28 + 1:02}")
    repo.push(by=lab.alice, at="2025-09-01")
    for n in range(12):
        repo.issue(f"Issue {n}", lab.bob, f"2025-{n // 28 + 4:02}-{n % 28 + 1:02}", labels=("bug",))
    pull = repo.pull_request("Mend", lab.bob, "2025-09-02", commits=3)
    pull.review(lab.alice, at="2025-09-03")
    pull.merge(lab.alice, "2025-09-04")
    repo.release("v1", lab.alice, "2025-09-05")
    return repo


def change(lab: Lab, repo: Repository) -> None:
    """A night's work, with a rewritten history."""
    lab.world.move(days=2)
    base = repo.commit("Kept", lab.alice, parents=[lab.commit(repo.head(lab.world.now))])
    repo.push(base)
    repo.push(repo.commit("Dropped", lab.alice))
    repo.push(repo.commit("Anew", lab.alice, parents=[base]))
    repo.issue("New", lab.bob).comment(lab.alice)
    repo.discussion("New", lab.bob).comment(lab.alice)
    repo.tag("v1")
    repo.release("v2", lab.alice)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of five, so that a small world has several."""
    load = states.load_all

    def with_small_pages(*args: Any) -> dict[str, states.State]:
        return {kind: replace(state, page_size=5) for kind, state in load(*args).items()}

    monkeypatch.setattr(states, "load_all", with_small_pages)
    monkeypatch.setattr(page_size, "SIZES", dict.fromkeys(page_size.SIZES, page_size.Sizes(5, 5)))


def kill_after(monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    store, count = write.write, 0

    def limited(*args: Any) -> Counts:
        nonlocal count
        if count == writes:
            raise Killed
        count += 1
        return store(*args)

    monkeypatch.setattr(write, "write", limited)


@pytest.mark.parametrize("night", [False, True], ids=["first sync", "next night"])
def test_stopped_after_every_write(lab: Lab, monkeypatch: pytest.MonkeyPatch, night: bool) -> None:
    repo = furnish(lab)
    before = None
    if night:
        lab.sync()
        before = lab.path.read_bytes()
        change(lab, repo)
    true = lab.fresh()
    writes, finished = 0, False
    while not finished:
        lab.path = lab.folder / f"stopped-{writes}.db"
        if before:
            lab.path.write_bytes(before)
        with monkeypatch.context() as patch:
            kill_after(patch, writes)
            try:
                lab.sync()
            except* Killed:
                pass
            else:
                finished = True
        assert lab.query("PRAGMA integrity_check") == ["ok"]
        assert lab.query("PRAGMA foreign_key_check") == []
        assert lab.sync().exit_code == 0
        assert lab.compared(true) == {}, writes
        writes += 1
    assert writes > 8


def test_what_was_stored_is_not_asked_for_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(lab)
    lab.server.fail(" Issues ", "500", nth=2, times=None)
    lab.sync()
    lab.server.faults.clear()
    asked = len(lab.server.log)
    lab.sync()
    operations = [entry.operation for entry in lab.server.log[asked:]]
    assert "CommitHistory" not in operations
    assert operations.count("Issues") == 3  # the two pages that were left, and the news since the first run


@pytest.mark.parametrize("storekeeper", [OneThread, Storekeeper])
def test_signal_ends_the_run_in_good_order(lab: Lab, storekeeper: type[Storekeeper]) -> None:
    lab.storekeeper = storekeeper
    furnish(lab)
    handle, seen = lab.server.front, []

    def interrupting(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if len(seen) == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return handle(request)

    lab.server.front = interrupting
    report = lab.sync()
    assert report.exit_code == 143
    assert lab.query("SELECT exit_code FROM sync_runs ORDER BY id") == [143]
    lab.server.front = handle
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


def test_readers_never_see_half_a_page_nor_are_locked_out(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(lab)
    seen: list[int] = []
    reader: list[sqlite3.Connection] = []

    def reading(request: httpx.Request) -> httpx.Response:
        if not reader:
            reader.append(sqlite3.connect(lab.path, timeout=0))
        # In one question: what one reads at two moments may differ.
        issues, labels = (
            reader[0]
            .execute("SELECT (SELECT count(*) FROM issues), (SELECT count(DISTINCT issue) FROM issue_labels)")
            .fetchone()
        )
        assert issues == labels
        seen.append(issues)
        return handle(request)

    handle = lab.server.front
    lab.server.front = reading
    assert lab.sync().exit_code == 0
    reader[0].close()
    assert {0, 5, 10} <= set(seen)


def test_head_that_moves_on_while_a_walk_is_cut_short(lab: Lab) -> None:
    repo = furnish(lab)
    lab.server.fail(" CommitHistory ", "500", nth=2, times=None)
    assert lab.sync().exit_code == 3
    lab.server.faults.clear()
    lab.world.move(days=1)
    repo.commit("Further", lab.alice)
    repo.push(by=lab.alice)
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


def test_history_that_is_rewritten_while_a_walk_is_cut_short(lab: Lab) -> None:
    repo = furnish(lab)
    lab.server.fail(" CommitHistory ", "500", nth=2, times=None)
    assert lab.sync().exit_code == 3
    lab.server.faults.clear()
    early = lab.world.git.commits[lab.history(repo)[-5]]
    lab.world.move(days=1)
    repo.push(repo.commit("Anew", lab.alice, parents=[early]))
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") > [5]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_a_wait_at_once(lab: Lab, number: int) -> None:
    furnish(lab)
    lab.server.fail("Issues", "secondary", retry_after=300)

    async def for_ever(_: float) -> None:
        os.kill(os.getpid(), number)
        await asyncio.sleep(3600)

    lab.waiting = for_ever
    report = lab.sync()
    assert report.exit_code == 128 + number
    lab.waiting = lab.sleep
    lab.server.faults.clear()
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_while_the_signals_are_computed(lab: Lab, number: int) -> None:
    furnish(lab)

    def computing(db: sqlite3.Connection) -> None:
        with transaction(db):
            db.execute("DELETE FROM issue_labels")
            os.kill(os.getpid(), number)
            while True:
                db.execute("SELECT 1")

    report = lab.sync(after=computing)
    assert report.exit_code == 128 + number
    assert "`collect signals` or the next run computes" in report.message
    assert lab.query("SELECT exit_code FROM sync_runs") == [128 + number]
    assert lab.query("SELECT repository, kind FROM sync_errors") == [("*", "run")]
    assert lab.differences() == {}


def test_signal_while_the_run_is_written_down_is_not_lost(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(lab)
    mark_bots = bots.mark_bots

    def interrupted(*args: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        mark_bots(*args)

    monkeypatch.setattr(bots, "mark_bots", interrupted)
    computed: list[Any] = []
    assert lab.sync(after=computed.append).exit_code == 143
    assert computed == []
    assert lab.query("SELECT finished_at IS NOT NULL FROM sync_runs") == [1]


def test_what_follows_the_sync_may_fail_and_that_is_written_down(lab: Lab) -> None:
    furnish(lab)

    def failing(db: sqlite3.Connection) -> None:
        raise DatabaseError("The disk is full.", "Make room.")

    assert lab.sync(after=failing).exit_code == 7
    assert lab.query("SELECT exit_code, message FROM sync_runs") == [(7, "The disk is full. Make room.")]
    assert lab.query("SELECT error FROM sync_errors") == ["The disk is full. Make room."]
    assert lab.differences() == {}


def test_a_defect_in_what_follows_is_written_down(lab: Lab) -> None:
    furnish(lab)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("unforeseen")

    with pytest.raises(ZeroDivisionError):
        lab.sync(after=broken)
    assert lab.query("SELECT exit_code, message FROM sync_runs") == [(1, "A defect: ZeroDivisionError: unforeseen")]
    assert lab.query("SELECT error FROM sync_errors") == ["A defect: ZeroDivisionError: unforeseen"]
