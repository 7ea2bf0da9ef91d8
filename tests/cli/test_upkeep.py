import json
import sqlite3
from contextlib import closing
from pathlib import Path

from collector.emulator.server import GitHubEmulator
from tests.command import Collect


def test_a_backup_can_be_reported_from(run: Collect, database: Path) -> None:
    done = json.loads(run("backup", "copy.db", "--json").stdout)
    assert done == {"file": "copy.db", "size": Path("copy.db").stat().st_size, "schema": done["schema"]}
    assert run("report", "--db", "copy.db").stdout == run("report").stdout
    again = run("backup", "copy.db")
    assert (again.exit_code, "--overwrite" in again.stderr) == (2, True)
    assert "checked" in run("backup", "copy.db", "--overwrite").stdout


def test_the_key_is_copied_on_request(run: Collect, own_database: Path) -> None:
    done = json.loads(run("backup", "copy.db", "--with-key", "--json").stdout)
    assert done["key"] == str(Path("copy.db.key").absolute())
    assert Path("copy.db.key").read_text() == Path("signals.db.key").read_text()
    assert "copy.db.key" in run("backup", "copy.db", "--with-key", "--overwrite").stdout


def test_a_copy_without_its_key_can_be_read_but_not_continued(
    run: Collect, server: GitHubEmulator, config: Path
) -> None:
    assert run("sync").exit_code == 0
    run("backup", "copy.db")
    for words in (["report"], ["signals"], ["explain", "uno", "release_weeks"], ["export", "--format", "csv", "out"]):
        assert run(*words, "--db", "copy.db").exit_code == 0, words
    assert run("upkeep", "--db", "copy.db").exit_code == 0
    asked = len(server.log)
    for words in (["sync"], ["forget", "alice", "--yes"]):
        result = run(*words, "--db", "copy.db")
        assert result.exit_code == 7, words
        assert "The hash key of " in result.stderr
        assert "signals.db.key, beside it, is the right one" in result.stderr
    assert len(server.log) == asked
    Path("copy.db.key").write_bytes(Path("signals.db.key").read_bytes())
    assert run("sync", "--db", "copy.db").exit_code == 0


def test_upkeep_keeps_records_as_long_as_the_configuration_says(run: Collect, own_database: Path, config: Path) -> None:
    with closing(sqlite3.connect(own_database)) as db:
        run_ = "INSERT INTO sync_runs (id, started_at, finished_at) VALUES (?, ?, ?)"
        db.execute(run_, [-1, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"])
        db.commit()
    assert json.loads(run("upkeep", "--json").stdout)["runs"] == 0
    config.write_text("[collect]\nkeep_runs_days = 100\n" + config.read_text())
    assert "Deleted the records of 1 syncs older than 100 days." in run("upkeep").stdout
    assert run("report").exit_code == 0


def test_how_long_records_are_kept_is_checked(run: Collect, config: Path, database: Path) -> None:
    config.write_text("[collect]\nkeep_runs_days = 1\n" + config.read_text())
    result = run("upkeep")
    assert (result.exit_code, "it must be from 30 to 6000" in result.stderr) == (2, True)
