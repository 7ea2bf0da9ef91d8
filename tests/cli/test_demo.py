import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.command import Collect

Demonstrated = tuple[Path, Result]


def test_it_shows_the_report_and_says_synthetic(demonstrated: Demonstrated) -> None:
    path, result = demonstrated
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("SYNTHETIC")
    assert lines[-1].startswith("SYNTHETIC")
    for name in ("Steady Heron", "Busy Peacock", "Silent Oyster", "Sleepy Dormouse", "Hidden Mole"):
        assert name in result.stdout
    assert "SYNTHETIC" in result.stderr
    assert path.exists()


@pytest.mark.variants  # what the same world and the same draws come to is tested where they are made
def test_it_is_the_same_every_time_and_leaves_nothing_behind(
    run: Collect, demonstrated: Demonstrated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    again = run("demo", "--json")
    assert again.exit_code == 0
    path, _ = demonstrated
    assert again.stdout == run("report", "--db", path, "--format", "json").stdout
    assert json.loads(again.stdout)["synthetic"] is True
    assert list(tmp_path.iterdir()) == []


def test_the_stories_can_be_told_apart(run: Collect, demonstrated: Demonstrated) -> None:
    report = json.loads(run("report", "--db", demonstrated[0], "--format", "json").stdout)
    values = {(p["slug"], s["signal"]): s["value"] for p in report["projects"] for s in p["signals"]}
    assert values["oyster", "first_response_7d"] < 0.2 < 0.8 < values["heron", "first_response_7d"]
    assert values["peacock", "release_weeks"] < values["heron", "release_weeks"]
    assert values["dormouse", "contributor_days"] is None
    assert {p["slug"]: {s["status"] for s in p["signals"]} for p in report["projects"]}["mole"] == {"not_observable"}


def test_real_data_is_not_mixed_with_the_demo(run: Collect, own_database: Path) -> None:
    import sqlite3

    db = sqlite3.connect(own_database)
    db.execute("UPDATE meta SET value = '0' WHERE key = 'synthetic'")
    db.commit()
    db.close()
    before = own_database.read_bytes()
    result = run("demo", "--db", own_database)
    assert result.exit_code == 2
    assert "real data" in result.stderr
    assert own_database.read_bytes() == before


def test_a_folder_as_database_ends_with_7(run: Collect, tmp_path: Path) -> None:
    assert run("demo", "--db", tmp_path).exit_code == 7
