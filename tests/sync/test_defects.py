"""One bad repository never stops the others, whatever exception comes up in it."""

import importlib
import re
import sqlite3
from typing import Any

import pytest

from collector import clock
from collector.emulator.repository import Repository
from collector.method import compute as method
from tests.lab import Lab

# Functions in which something unforeseen comes up.
PLACES = (
    "collector.sync.fetchers.releases_and_tags.fingerprint",
    "collector.sync.fetchers.rows.push",
    "collector.store.write.write",
    "collector.store.state.save",
    "collector.sync.repositories.status_of",
)


def break_in(place: str, bad: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the function raise where one of its arguments is of the repository `bad`."""
    module, _, name = place.rpartition(".")
    original = getattr(importlib.import_module(module), name)

    def of_bad(argument: Any) -> bool:
        named = (getattr(argument, key, None) for key in ("repository", "database_id", "id"))
        return argument == bad.id or bad.id in named or (name == "fingerprint" and argument.total_count == 7)

    def raising(*args: Any, **kw: Any) -> Any:
        if any(of_bad(a) for a in args):
            raise ZeroDivisionError("unforeseen: token")
        return original(*args, **kw)

    monkeypatch.setattr(place, raising)


@pytest.fixture
def three(lab: Lab) -> Lab:
    """Three repositories with a bit of everything; the second one has seven releases."""
    for n, name in enumerate(("example/first", "example/second", "example/third")):
        repo = lab.repository(name)
        repo.issue("Broken", lab.bob, "2025-03-01")
        for version in range(7 if n == 1 else 2):
            repo.release(f"v{version}", lab.alice, "2025-03-06")
    return lab


@pytest.mark.parametrize("place", PLACES)
def test_the_others_go_on(three: Lab, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lab, bad = three, three.repos[1]
    true = lab.fresh()
    computed: list[Any] = []

    def compute(db: sqlite3.Connection) -> None:
        method.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now)))
        computed.extend(db.execute("SELECT DISTINCT project FROM signals"))

    with monkeypatch.context() as patched:
        break_in(place, bad, patched)
        report = lab.sync(after=compute)
    assert report.exit_code == 1
    assert report.message == "A defect in collect stopped example/second: please report it."
    assert len(computed) == 3
    (error,) = {e for _, _, e in report.defects}
    assert re.fullmatch(r"collector/[\w/]+\.py:\d+: ZeroDivisionError: unforeseen: \[token\]", error)
    recorded = lab.query("SELECT repository, error FROM sync_errors")
    assert set(recorded) == {("example/second", f"A defect: {error}")}
    assert lab.query("SELECT exit_code, message FROM sync_runs") == [(1, report.message)]
    for table in ("commits", "issues", "releases", "pushes"):
        others = {row for row in lab.live(table, true) if bad.id not in row}
        assert {row for row in lab.live(table) if bad.id not in row} == others
    assert lab.sync().exit_code == 0
    assert lab.compared(true) == {}


def test_a_higher_code_wins_and_the_defect_is_told_all_the_same(three: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    three.server.fail("example/third/activity", "451", times=None)
    break_in("collector.sync.fetchers.rows.push", three.repos[1], monkeypatch)
    report = three.sync()
    assert report.exit_code == 3
    assert report.message == (
        "1 of 3 repositories failed: example/third. A defect in collect stopped example/second: please report it."
    )


def test_the_traceback_is_shown_when_asked_for(
    three: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_in("collector.sync.fetchers.rows.push", three.repos[1], monkeypatch)
    three.sync()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("COLLECT_DEBUG", "1")
    three.night()
    assert "Traceback" in capsys.readouterr().err
