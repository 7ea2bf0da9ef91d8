"""`collect serve` as it is typed: what it says, what it refuses, and that it reads beside a writer."""

import gc
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from collector.cli import collect
from collector.serve import server

# While it is imported, datasette opens a database in memory that it leaves to be closed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")

Run = Callable[..., Result]


@pytest.fixture(scope="module", autouse=True)
def blame_no_other_test() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.delenv("COLLECT_DB", raising=False)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(collect, ["serve", *map(str, words)], prog_name="collect")


def test_the_metadata_serves_a_datasette_that_is_started_by_hand(run: Run, path: Path, tmp_path: Path) -> None:
    file = tmp_path / "metadata.json"
    result = run("--db", path, "--metadata", file)
    assert (result.exit_code, result.stdout) == (0, "")
    question = "/signals/who_carries_a_project.json?project=acme&_shape=array"
    words = [sys.executable, "-m", "datasette", str(path), "--metadata", str(file), "--get", question]
    by_hand = subprocess.run(words, capture_output=True, check=True)
    assert [row["person"] for row in json.loads(by_hand.stdout)] == ["ann", "bea", "cem"]


def test_the_metadata_goes_to_stdout_with_the_name_of_the_file(run: Run, path: Path, tmp_path: Path) -> None:
    from datasette.utils import tilde_encode

    copy = tmp_path / "né 7.5.db"
    copy.write_bytes(path.read_bytes())
    told = json.loads(run("--db", copy, "--metadata", "-").stdout)
    assert list(told["databases"]) == ["né 7.5"]
    assert f'"/{tilde_encode("né 7.5")}/scorecard"' in told["description_html"]


def test_a_database_without_signals_has_its_facts_and_no_broken_question(run: Run, empty_database: Path) -> None:
    told = json.loads(run("--db", empty_database, "--metadata", "-").stdout)["databases"]["empty"]
    assert "commits" in told["tables"]
    assert {"sync_cost", "search"} <= told["queries"].keys()
    assert "who_answered_whom" not in told["queries"]


def test_the_demo_says_that_it_is_synthetic(run: Run, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "signals.db"
    copy.write_bytes(path.read_bytes())
    db = sqlite3.connect(copy)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('synthetic', '1')")
    db.commit()
    db.close()
    told = json.loads(run("--db", copy, "--metadata", "-").stdout)
    assert told["title"].startswith("SYNTHETIC")
    assert told["plugins"]["datasette-dashboards"]["projects"]["title"].startswith("SYNTHETIC")


def test_without_datasette_it_says_what_to_install(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    result = run("--db", path)
    assert result.exit_code == 2
    assert "needs datasette and datasette-dashboards" in result.stderr
    assert re.search(r"Install them: .+ install .*'?datasette[<>=0-9.,]+'? ", result.stderr)


def test_a_port_that_is_taken_is_said_in_a_sentence(run: Run, path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--db", path, "--port", port)
    assert result.exit_code == 2
    assert (
        f"Cannot listen on port {port} of 127.0.0.1: Address already in use. Choose another with --port"
        in result.stderr
    )


def test_no_database_is_no_reason_to_make_one(run: Run, tmp_path: Path) -> None:
    assert run("--db", tmp_path / "none.db").exit_code == 7
    assert not (tmp_path / "none.db").exists()


def test_it_reads_beside_a_writer_and_ends_on_an_interrupt(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "signals.db"
    copy.write_bytes(path.read_bytes())
    words = [sys.executable, "-m", "collector", "serve", "--db", str(copy), "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(
                found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))
            )
            writer = sqlite3.connect(copy, isolation_level=None)
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE projects SET name = 'Renamed'")
            question = f"{address}signals/projects.json?_shape=array&slug=acme"
            before = json.load(urlopen(question))
            writer.execute("COMMIT")
            after = json.load(urlopen(question))
            writer.close()
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert (before[0]["name"], after[0]["name"]) == ("acme", "Renamed")
