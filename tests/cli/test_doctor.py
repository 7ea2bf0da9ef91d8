"""`collect doctor`: its output, its exit codes and what it costs. What it finds is tested in tests/doctor."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.emulator.server import GitHubEmulator
from tests.command import Collect
from tests.doctor.checks import told


def test_all_is_well_after_a_sync(run: Collect, synced: GitHubEmulator) -> None:
    result = run("doctor", "--json")
    assert {name: status for name, (status, _) in told(result).items()} == dict.fromkeys(
        ("versions", "configuration", "api", "clock", "token", "limits", "schema", "access", "database", "last sync",
         "repositories", "signals", "disk"), "ok"
    )  # fmt: skip
    assert result.exit_code == json.loads(result.stdout)["exit_code"] == 0
    text = run("doctor").stdout
    assert "ok       token" in text
    assert "of alice" in text
    assert "token-1" not in result.output + text


def test_before_anything_is_set_up(run: Collect) -> None:
    result = run("doctor", "--json")
    found = told(result)
    assert found["configuration"][0] == "error"
    assert "There is no configuration" in found["configuration"][1]
    assert found["token"][0] == "error"
    assert "https://github.com/settings/tokens" in found["token"][1]
    assert found["database"] == ("warning", "There is no database at signals.db yet. Run `collect sync`.")
    assert result.exit_code == 4
    assert not Path("signals.db").exists()


def test_a_sqlite_that_is_too_old(run: Collect, synced: GitHubEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 33, 0))
    result = run("doctor", "--json")
    assert told(result)["versions"][0] == "error"
    assert "needs SQLite 3.34 or later" in told(result)["versions"][1]
    assert result.exit_code == 7


def test_names_from_github_cannot_steer_a_terminal(run: Collect, synced: GitHubEmulator) -> None:
    with closing(sqlite3.connect("signals.db")) as db:
        db.execute("UPDATE repositories SET full_name = 'example/\x1b[31mred', status = 'blocked'")
        db.commit()
    text = run("doctor").stdout
    assert "example/[31mred" in text
    assert "\x1b" not in text


def test_it_stays_cheap_and_changes_nothing(run: Collect, synced: GitHubEmulator) -> None:
    before = Path("signals.db").read_bytes()
    synced.log.clear()
    assert run("doctor").exit_code == 0
    assert len(synced.log) <= 5
    assert synced.points() <= 3
    assert Path("signals.db").read_bytes() == before
