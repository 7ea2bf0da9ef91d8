import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.method.registry import BY_KEY
from tests.command import Collect
from tests.variants import crossed


def test_rows_that_count_and_rows_that_do_not(run: Collect, database: Path) -> None:
    result = run("explain", "peacock", "release_weeks")
    assert result.exit_code == 0
    assert result.stdout.startswith("SYNTHETIC")
    assert "In how many weeks of the year did users get new work?" in result.stdout
    assert "no: without new work" in result.stdout
    assert "https://github.example/example-peacock/peacock/releases/tag/" in result.stdout


@pytest.mark.parametrize("signal", list(BY_KEY))
def test_the_rows_explain_the_number(run: Collect, database: Path, signal: str) -> None:
    found = json.loads(run("explain", "heron", signal, "--json").stdout)
    assert (found["project"], found["signal"], found["as_of"]) == ("heron", signal, "2026-07-06")
    assert found["synthetic"] is True
    # One night's sync has nothing to compare what it sees with.
    assert found["result"]["status"] == ("insufficient" if signal == "history_integrity" else "ok")
    assert found["counted"] == sum(row["counted"] for row in found["rows"])
    assert sum(found["excluded"].values()) == sum(not row["counted"] for row in found["rows"])
    assert found["excluded"] == found["result"]["excluded"]
    assert all(row["url"].startswith("https://github.example/") for row in found["rows"])
    counted = [row["counted"] for row in found["rows"]]
    assert counted == sorted(counted, reverse=True)


def test_a_project_is_known_by_its_name_too(run: Collect, database: Path) -> None:
    assert run("explain", "steady heron", "release_weeks").stdout == run("explain", "heron", "release_weeks").stdout


@pytest.mark.parametrize(("signal", "width"), crossed(list(BY_KEY), [80, 140]))
def test_the_rows_fit_the_terminal(
    run: Collect, database: Path, monkeypatch: pytest.MonkeyPatch, signal: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run("explain", "heron", signal).stdout.splitlines()
    assert max(len(line) for line in lines if not line.startswith("    https://")) <= width


def test_accounts_have_their_names(run: Collect, database: Path) -> None:
    text = run("explain", "heron", "first_response_7d").stdout
    found = json.loads(run("explain", "heron", "first_response_7d", "--json").stdout)
    with closing(sqlite3.connect(database)) as db:
        logins = dict(db.execute("SELECT id, login FROM accounts"))
    shown = {logins[row["author"]] for row in found["rows"][:40]}
    assert len(shown) > 5
    assert all(f" {login} " in text for login in shown)
    assert not [row for row in found["rows"] if f" {row['author']} " in text]


def test_the_limit(run: Collect, database: Path) -> None:
    def links(*words: object) -> int:
        return int(run("explain", "heron", "active_weeks", *words).stdout.count("https://"))

    whole = len(json.loads(run("explain", "heron", "active_weeks", "--json").stdout)["rows"])
    assert links("--limit", 3) == 3
    assert links() == 40 < whole
    assert links("--limit", 0) == whole
    assert f"{whole - 3} more rows" in run("explain", "heron", "active_weeks", "--limit", 3).stdout
    assert len(json.loads(run("explain", "heron", "active_weeks", "--json", "--limit", 3).stdout)["rows"]) == 3


def test_another_date_has_only_its_own_rows(run: Collect, database: Path) -> None:
    found = json.loads(run("explain", "heron", "release_weeks", "--as-of", "2025-12-02", "--json").stdout)
    assert found["result"] is None
    assert found["rows"]
    assert max(row["published_at"] for row in found["rows"]) < "2025-12-02"
    assert (
        "collect signals --as-of 2025-12-02" in run("explain", "heron", "release_weeks", "--as-of", "2025-12-02").stdout
    )


def test_a_project_without_rows_says_why(run: Collect, database: Path) -> None:
    result = run("explain", "mole", "release_weeks")
    assert "not observable: No public repository" in result.stdout
    assert ".." not in result.stdout
    assert "0 rows counted" in result.stdout


@pytest.mark.parametrize(
    ("words", "code", "meant"),
    [
        (["herom", "release_weeks"], 2, 'did you mean "heron"?'),
        (["heron", "release_week"], 2, 'did you mean "release_weeks"?'),
        (["heron"], 2, "Missing argument 'SIGNAL'"),
        (["heron", "release_weeks", "--as-of", "someday"], 2, "not a valid date"),
        (["heron", "release_weeks", "--as-of", "2027-01-01"], 2, "in the future"),
        (["heron", "release_weeks", "--db", "nowhere.db"], 7, "no database"),
    ],
)
def test_bad_input(run: Collect, database: Path, words: list[str], code: int, meant: str) -> None:
    result = run("explain", *words)
    assert result.exit_code == code
    assert meant in result.stderr


def test_the_paths_that_were_looked_at(run: Collect, database: Path) -> None:
    text = run("explain", "heron", "docs_months").stdout
    assert "Paths looked at:" in text
    assert "not asked of pushes" in text
    found = json.loads(run("explain", "heron", "rule_change_notice", "--json").stdout)
    assert "economics/**" in {row["pattern"] for row in found["paths"]}
    assert "paths" not in json.loads(run("explain", "heron", "release_weeks", "--json").stdout)
    assert "Paths looked at" not in run("explain", "heron", "release_weeks").stdout
