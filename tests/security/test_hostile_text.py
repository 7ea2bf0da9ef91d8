"""What GitHub says is text: it steers no terminal, page, spreadsheet, database or path."""

import csv
import io
import re
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from collector.method.registry import BY_KEY
from tests.command import Collect, sync_once
from tests.lab import Server


def steering(text: str) -> set[str]:
    """The characters of a text that do something in place of being shown; line ends aside."""
    return {c for c in text if c != "\n" and (unicodedata.category(c)[0] == "C" or c in "\u2028\u2029")}


@pytest.fixture
def synced(run: Collect, server: Server, shelf: Path) -> Server:
    sync_once(run, shelf)
    return server


def test_it_is_stored_as_it_is_and_changes_no_statement(synced: Server, hostile: str) -> None:
    with closing(sqlite3.connect("signals.db")) as db:
        for column, table in (("title", "issues"), ("title", "pull_requests"), ("tag_name", "releases")):
            assert db.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", [hostile]).fetchone() == (2,)
        assert db.execute("SELECT count(*) FROM repositories WHERE description = ?", [hostile]).fetchone() == (2,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_sync_steers_no_terminal_and_makes_no_file(run: Collect, server: Server, tmp_path: Path) -> None:
    result = run("sync")
    assert result.exit_code == 0, result.output
    assert steering(result.output) == set()
    assert {p.name.split(".db")[0] for p in tmp_path.iterdir()} <= {"config", "signals"}


@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json", "html"])
@pytest.mark.parametrize("projects", [(), ("--project", "uno")], ids=["all", "detail"])
def test_no_report_steers(run: Collect, synced: Server, form: str, projects: tuple[str, ...]) -> None:
    result = run("report", "--format", form, *projects)
    assert result.exit_code == 0
    assert steering(result.output) == set()
    if form != "json":  # data, which no browser reads as a page
        assert "<script>alert" not in result.stdout


@pytest.mark.parametrize("signal", BY_KEY)
def test_no_evidence_steers(run: Collect, synced: Server, signal: str) -> None:
    for words in ((), ("--json",)):
        result = run("explain", "uno", signal, "--limit", 0, *words)
        assert steering(result.output) == set()


def test_a_name_and_a_message_in_a_failure_do_not_steer(run: Collect, server: Server, hostile: str) -> None:
    repo = server.world.find("example/one")
    assert repo is not None
    repo.change(at="2026-07-01", name=f"example/{hostile.replace('/', '')}")
    handle = server.front

    def hostile_errors(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        if b"PullRequests" in request.content:
            answer = type(answer)(400, json={"message": hostile}, request=request)
        return answer

    server.front = hostile_errors
    for words in (("sync",), ("sync", "--dry-run"), ("report",), ("report", "--format", "markdown")):
        result = run(*words)
        assert steering(result.output) == set(), words
        assert not re.search(r"^Error: all is well", result.output, re.M)
    result = run("sync", COLLECT_DEBUG="1")
    assert result.exit_code == 3, result.stderr
    assert "gnp.exe" in run("report").stdout


def test_no_cell_of_a_spreadsheet_is_a_formula(run: Collect, synced: Server) -> None:
    rows = list(csv.reader(io.StringIO(run("report", "--format", "csv").stdout)))
    assert {row[3] for row in rows[1:]} == {"'=uno", "'=due"}
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or float(cell)


def test_markdown_shows_a_hostile_project_as_it_is_written(run: Collect, synced: Server) -> None:
    path = Path("config/repos.toml")
    name = "# <b>x</b> ![i](http://e.example/i) &lt; ~~y~~ @z"
    path.write_text(path.read_text().replace("=uno", name))
    run("sync")
    found = [line for line in run("report", "--format", "markdown").stdout.splitlines() if "e.example" in line]
    row, verdict, heading = found
    heading = heading.removeprefix("### ")
    assert row.removeprefix("| ").split(" |")[0] == heading
    assert verdict.startswith(f"- **{heading}**: ")
    # A joiner of no width after the @ keeps GitHub from telling an account of that name.
    assert heading.replace("\\", "") == name.replace("@", "@\u2060")
    assert not re.search(r"(?<!\\)[<>\[\]!#&~]", heading)
