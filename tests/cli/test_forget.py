import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.cli import collect
from collector.demo import stories
from tests.command import Collect


@pytest.fixture
def login(own_database: Path) -> str:
    with closing(sqlite3.connect(own_database)) as db:
        return str(db.execute("SELECT login FROM accounts WHERE type = 'User' ORDER BY id").fetchone()[0])


def logins(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT login FROM accounts")}


def test_it_asks_back_and_a_no_changes_nothing(own_database: Path, login: str) -> None:
    said = CliRunner().invoke(collect, ["forget", login], input="n\n")
    assert said.exit_code == 2
    assert "This cannot be undone" in said.stderr
    assert login in logins(own_database)


def test_a_yes_does_it(own_database: Path, login: str) -> None:
    said = CliRunner().invoke(collect, ["forget", f"@{login}"], input="y\n")
    assert said.exit_code == 0
    assert login not in logins(own_database)


def test_json(run: Collect, own_database: Path, login: str) -> None:
    done = json.loads(run("forget", login, "--yes", "--json").stdout)
    assert done["accounts"] == 1
    assert done["name"] in logins(own_database)


def test_reports_go_on_to_work(run: Collect, own_database: Path, login: str) -> None:
    run("forget", login, "--yes")
    assert run("report").exit_code == 0
    result = run("explain", "heron", "first_response_7d", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["rows"]


def test_without_a_database(run: Collect) -> None:
    result = run("forget", "someone", "--yes")
    assert (result.exit_code, "There is no database" in result.stderr) == (7, True)


def test_signals_and_evidence_stay_as_they_were(own_database: Path, run: Collect, tmp_path: Path) -> None:
    """Of the demo's projects, forgetting whoever lands most."""
    (tmp_path / "repos.toml").write_text(stories.demo_config())
    with closing(sqlite3.connect(own_database)) as db:
        login, project = db.execute(
            "SELECT login, project FROM work JOIN accounts ON accounts.id = person GROUP BY 1 ORDER BY count(*) DESC"
        ).fetchone()

    def shown() -> list[object]:
        assert run("signals", "--as-of", "2026-07-06", "--config", tmp_path / "repos.toml").exit_code == 0
        evidence = json.loads(run("explain", project, "contributor_days", "--json").stdout)
        rows = sorted((row["url"], row["counted"], row["reason"]) for row in evidence["rows"])
        return [json.loads(run("report", "--format", "json").stdout), evidence["excluded"], rows]

    before = shown()
    assert run("forget", login, "--yes").exit_code == 0
    with closing(sqlite3.connect(own_database)) as db:
        db.execute("DELETE FROM derived_projects")
        db.commit()
    assert shown() == before
