import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from cogapp import Cog

from collector.cli import collect
from tests.command import Collect

Failing = Callable[[BaseException], None]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [None, *collect.commands])
def test_every_command_has_help_with_an_example(run: Collect, name: str | None) -> None:
    result = run(*([name] if name else []), "--help")
    assert result.exit_code == 0
    assert "Example: collect " in result.stdout
    command = collect.commands[name] if name else collect
    assert all(p.help for p in command.params if isinstance(p, click.Option))


@pytest.mark.parametrize("name", [None, *collect.commands])
def test_help_fits_a_terminal_of_80_columns(run: Collect, name: str | None) -> None:
    lines = run(*([name] if name else []), "--help", COLUMNS="80").stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []


def test_every_option_of_an_example_exists(run: Collect) -> None:
    groups = {name: command for name, command in collect.commands.items() if isinstance(command, click.Group)}
    assert "repos" in groups
    inner = {f"{group} {name}": c for group, commands in groups.items() for name, c in commands.commands.items()}
    for name, command in {**collect.commands, **inner}.items():
        assert command.epilog is not None
        words = command.epilog.removeprefix("Example: collect ").split("&&")[0].split()
        if isinstance(command, click.Group):
            command = command.commands[words[1]]
        assert " ".join(words).startswith(name)
        known = {o for p in command.params for o in p.opts}
        assert {w for w in words if w.startswith("--")} <= known


def test_the_reference_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert Cog().main(["cog", "--check", "docs/cli.md"]) == 0, "run: cog -r docs/cli.md"


def imported(code: str, *arguments: str) -> set[str]:
    """What Python has imported after that code."""
    code = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code, *arguments]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr.split())


def test_help_starts_without_heavy_imports() -> None:
    heavy = {"httpx", "numpy", "pydantic_core", "rich", "sqlite_utils", "graphql", "sqlite3", "asyncio"}
    assert not heavy & imported("import collector.cli")


def test_a_reading_command_imports_no_models(database: Path) -> None:
    commands = ["report", "report --format json", "report --format html", "explain heron release_weeks"]
    code = "from collector.cli import collect\nfor words in sys.argv[1:]: collect(words.split(), standalone_mode=False)"
    models = {"collector.github.models", "pydantic_core", "graphql", "httpx"}
    assert not models & imported(code, *(f"{command} --db {database}" for command in commands))


def test_as_a_module() -> None:
    command = [sys.executable, "-m", "collector", "nonsense"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No such command 'nonsense'" in done.stderr


def test_the_version(run: Collect) -> None:
    assert run("--version").stdout.startswith("collect ")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Lets `collect report` raise an error."""

    def raising(error: BaseException) -> None:
        def fail(**_: object) -> None:
            raise error

        monkeypatch.setattr(collect.commands["report"], "callback", fail)

    return raising


def test_a_defect_is_one_line_that_says_so(run: Collect, failing: Failing) -> None:
    failing(ZeroDivisionError("of something\nunforeseen"))
    result = run("report")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "bug in collect" in line
    assert "ZeroDivisionError: of something unforeseen" in line
    assert "COLLECT_DEBUG=1" in line


def test_a_defect_shows_its_traceback_when_asked(run: Collect, failing: Failing) -> None:
    failing(ZeroDivisionError("unforeseen"))
    result = run("report", COLLECT_DEBUG="1")
    assert result.exit_code == 1
    assert "Traceback (most recent call last)" in result.stderr


def test_an_interruption_ends_with_130(run: Collect, failing: Failing) -> None:
    failing(KeyboardInterrupt())
    result = run("report")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


def test_a_termination_ends_with_143(run: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    def terminated(**_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        while True:
            sum(range(1000))

    monkeypatch.setattr(collect.commands["report"], "callback", terminated)
    before = signal.getsignal(signal.SIGTERM)
    result = run("report")
    assert result.exit_code == 143
    assert result.stderr == "Interrupted.\n"
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("words", [["report"], ["report", "--output", "/dev/full"], ["demo", "--db", "{database}"]])
def test_a_full_disk_under_the_output_ends_with_7(database: Path, words: list[str]) -> None:
    code = """
import datetime
from collector import cli
from collector.demo import run
run.run = lambda path, progress: datetime.date(2026, 7, 6)  # the database holds the demo already
cli.main()
"""
    command = [sys.executable, "-c", code, *(word.format(database=database) for word in words)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command,
            env={**os.environ, "COLLECT_DB": str(database)},
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 7
    assert "Error: The disk is full" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_under_the_log_ends_nothing(database: Path) -> None:
    with open("/dev/full", "w") as full:
        for words, code in ((["report"], 0), (["report", "--project", "nobody"], 2)):
            command = [sys.executable, "-m", "collector", *words, "--db", str(database)]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=full, check=False)
            assert done.returncode == code
