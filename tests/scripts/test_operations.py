"""Every command of docs/operations.md does what it says, one after the other, in a folder as a reader would have it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from collector.cli import collect
from tests.scripts.project import Project

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
Reader = Callable[[str], "subprocess.CompletedProcess[str]"]
TOKEN = "ghp_of_the_pretend_github"
CONFIG = """\
[[project]]
slug = "golem"
name = "Golem"
category = "compute"
[[project.repo]]
repo = "golemfactory/ya-relay"
role = "core"
"""
# What a reader puts in the place of a word of the page.
MEANT = {"GITHUB_TOKEN='...'": f"GITHUB_TOKEN='{TOKEN}'", "forget LOGIN": "forget bob"}
# What a command asks, and what is answered.
ANSWERS = {"forget": "y\n"}
# Commands of others that a machine may lack, and what stands for them.
TOOLS = {
    "git": "exit 0",
    "duckdb": "exit 0",
    "crontab": 'if [ "$1" = -l ]; then echo "no crontab" >&2; exit 1; fi; cat >/dev/null',
    "systemctl": "exit 1",
    "sqlite3": f"exec {shlex.quote(sys.executable)} -c "
    "'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())' \"$@\"",
}


def commands() -> list[str]:
    """The indented lines of the page, without the remarks behind them, and without `gh`, which changes GitHub."""
    lines = re.findall(r"(?m)^ {4}(?=[a-zA-Z.(])(?!gh )(.*)$", PAGE)
    return [re.split(r"\s+#\s", line)[0].rstrip() for line in lines]


def collects() -> list[list[str]]:
    """The words of every `./scripts/collect`."""
    return [shlex.split(c)[1:] for c in commands() if c.startswith("./scripts/collect ")]


def test_the_page_has_commands() -> None:
    assert len(collects()) > 10
    assert any(c.startswith("./scripts/nightly") for c in commands())


@pytest.mark.parametrize("words", collects(), ids=" ".join)
def test_every_option_exists(words: list[str]) -> None:
    command: click.Command = collect
    context = click.Context(collect, info_name="collect", **collect.context_settings)
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, words
        command, words = found, words[1:]
    command.make_context(command.name, list(words), parent=context)


@pytest.fixture
def reader(project: Project, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The folder of a reader who does what the page says; returns how to run a line of it."""
    python, pretending = shlex.quote(sys.executable), shlex.quote(str(ROOT / "tests" / "scripts" / "pretending.py"))
    project.install(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {python} {pretending} "$@"\n')
    (project.folder / "config").mkdir()
    (project.folder / "config" / "repos.toml").write_text(CONFIG)
    (project.folder / "backups").mkdir()
    listed = {"Golem": "https://github.com/golemfactory/spare", "Nosana": "https://github.com/nosana-ci/none"}
    lines = [json.dumps({"eco_name": name, "branch": [], "repo_url": url, "tags": []}) for name, url in listed.items()]
    (project.folder / "exports.jsonl").write_text("\n".join(lines))
    for name, does in TOOLS.items():
        tool = project.folder / "tools" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/sh\n{does}\n")
        tool.chmod(0o755)
    environment = project.environment(PATH=f"{project.folder / 'tools'}:{os.environ['PATH']}", GITHUB_TOKEN=TOKEN)

    def run(line: str) -> "subprocess.CompletedProcess[str]":
        for said, meant in MEANT.items():
            line = line.replace(said, meant)
        answer = next((text for word, text in ANSWERS.items() if f" {word} " in line), "")
        return subprocess.run(
            ["sh", "-c", line], cwd=project.folder, env=environment, input=answer, capture_output=True, text=True
        )

    return run


@pytest.mark.operations
def test_every_command_ends_well_in_the_order_of_the_page(reader: Reader, project: Project) -> None:
    if not shutil.which("gzip"):
        pytest.skip("gzip is needed")
    before = project.folder / "nights" / "2026-06-20"
    before.mkdir(parents=True)
    (before / "report.json").touch()  # the news are those since that night
    failed, nights = {}, []
    for line in commands():
        done = reader(line)
        if "scripts/nightly" in line:
            nights.append(done.stdout)
        if done.returncode:
            failed[line] = (done.returncode, done.stdout[-300:], done.stderr[-500:])
    assert failed == {}
    assert "rows inserted" in nights[0]
    night = project.folder / "nights" / "latest"
    assert {"report.html", "report.md", "report.json", "signals.db.gz"} <= {p.name for p in night.iterdir()}
    news = [line for line in (night / "news.md").read_text().splitlines() if line.startswith("- ")]
    assert any("v1 on 2026-06-26" in line for line in news)
    assert f": 0 rows inserted, 0 updated, 0 marked gone. {len(news)} news. " in nights[-1]
    assert "golemfactory/spare" in (project.folder / "config" / "repos.toml").read_text()
    assert TOKEN not in (night / "log").read_text()
