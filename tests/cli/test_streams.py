"""Closed streams, pipes that end, bare environments: a command ends as the shell's own tools do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLLECT = f"'{sys.executable}' -m collector"
Done = subprocess.CompletedProcess[str]


def shell(line: str, **environment: str) -> Done:
    """Runs a line of shell; `collect` in it is the command."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **environment}
    line = line.replace("collect ", f"{COLLECT} ")
    return subprocess.run(
        ["sh", "-c", line], env=environment, capture_output=True, text=True, errors="replace", check=False
    )


@pytest.mark.parametrize("words", ["report", "report --help", "--help", "--version"])
def test_a_closed_stdout_is_told_of(database: Path, words: str) -> None:
    done = shell(f"collect {words} >&-", COLLECT_DB=str(database))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "Error: The output cannot be written: stdout is closed. Redirect it to a file or to /dev/null."
    )
    assert "Traceback" not in done.stderr


def test_a_closed_stdout_is_no_trouble_where_nothing_is_printed(database: Path, tmp_path: Path) -> None:
    done = shell(f"collect report --output {tmp_path}/report.txt >&-", COLLECT_DB=str(database))
    assert done.returncode == 0
    assert "projects as of" in (tmp_path / "report.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("words", "code"), [("report", 0), ("report --project nobody", 2), ("report --nonsense", 2)])
def test_a_closed_stderr_changes_nothing(database: Path, words: str, code: int) -> None:
    done = shell(f"collect {words} 2>&-", COLLECT_DB=str(database))
    assert done.returncode == code
    assert ("projects as of" in done.stdout) == (code == 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_under_stderr_changes_no_usage_error() -> None:
    assert shell("collect report --nonsense 2>/dev/full").returncode == 2


def test_with_all_three_closed_the_database_gets_no_words(database: Path) -> None:
    before = database.read_bytes()
    assert shell("collect report <&- >&- 2>&-", COLLECT_DB=str(database)).returncode == 2
    assert database.read_bytes() == before


def test_a_question_without_an_answer_is_not_agreed_to(database: Path) -> None:
    done = shell("collect forget nobody <&-", COLLECT_DB=str(database))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("Nothing was changed. Answer y, or use --yes.")
    assert "defect" not in done.stderr


@pytest.mark.parametrize("words", ["explain heron active_weeks --limit 0", "report --format json", "--help"])
def test_a_pipe_that_nobody_reads_ends_it_quietly(database: Path, words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "COLLECT_DB": str(database)}
    command = [sys.executable, "-m", "collector", *words.split()]
    try:
        done = subprocess.run(command, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert done.returncode == 141
    assert [line for line in done.stderr.splitlines() if " INFO " not in line] == []


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1:strict"},
    ],
)
def test_letters_that_cannot_be_shown_end_nothing(database: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """There is no HOME either."""
    done = shell("collect report", COLLECT_DB=str(database), **environment)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    done = shell(f"collect report --output {tmp_path}/x", COLLECT_DB=str(database), **environment)
    assert done.returncode == 0
    assert "━" in (tmp_path / "x").read_text(encoding="utf-8")


def test_a_file_name_that_is_no_text(database: Path, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/odd\xff.db"
    Path(os.fsdecode(odd)).write_bytes(database.read_bytes())
    for locale in ("C", "C.UTF-8"):
        done = subprocess.run(
            [sys.executable.encode(), b"-m", b"collector", b"report", b"--db", odd],
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LC_ALL": locale},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
        assert b"projects as of" in done.stdout
