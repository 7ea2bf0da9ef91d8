import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.command import Collect


def test_a_backup_can_be_reported_from(run: Collect, database: Path) -> None:
    done = json.loads(run("backup", "copy.db", "--json").stdout)
    assert done == {"file": "copy.db", "size": Path("copy.db").stat().st_size, "schema": done["schema"]}
    assert run("report", "--db", "copy.db").stdout == run("report").stdout
    again = run("backup", "copy.db")
    assert (again.exit_code, "--overwrite" in again.stderr) == (2, True)
    assert "checked" in run("backup", "copy.db", "--overwrite").stdout


def test_upkeep_keeps_records_as_long_as_the_configuration_says(run: Collect, database: Path, config: Path) -> None:
    with closing(sqlite3.connect(database)) as db:
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
