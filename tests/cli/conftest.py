"""The command line as a user types it, and the database of the demo to ask about."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector import clock
from collector.cli import collect
from collector.demo import run as demo
from collector.demo import stories
from collector.demo.actions import push
from collector.emulator.server import GitHubEmulator
from collector.emulator.world import World
from collector.github import environment
from collector.github.client import GitHub
from collector.github.http import Http
from collector.store import hash_key
from tests.command import Collect, sync_once


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No token, no settings, an empty folder to stand in, and the instant at which the demo takes place."""
    for name in ("GITHUB_TOKENS", "GITHUB_TOKEN", "GH_TOKEN", "GITHUB_API_URL", "GITHUB_GRAPHQL_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("COLLECT_DB", "COLLECT_CONFIG", "COLLECT_DEBUG", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(clock, "utc_now", demo.now)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Collect:
    return Collect()


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The demo's database, and what the command said."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    result = CliRunner().invoke(collect, ["demo", "--db", str(path)], prog_name="collect")
    return path, result


@pytest.fixture
def database(demonstrated: tuple[Path, Result], tmp_path: Path) -> Iterator[Path]:
    """A link to the demo's database, to be read; `own_database` is one to be changed."""
    path, _ = demonstrated
    link = tmp_path / "signals.db"
    link.symlink_to(path)
    before = path.stat().st_mtime_ns
    yield link
    assert path.stat().st_mtime_ns == before, "What a test changes is its `own_database`."


@pytest.fixture
def own_database(demonstrated: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of the demo's database, to be changed at will."""
    path, _ = demonstrated
    shutil.copy(hash_key.file_of(path), tmp_path / "signals.db.key")
    return Path(shutil.copy(path, tmp_path / "signals.db"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> GitHubEmulator:
    """A pretend GitHub with a small world, which the environment's token leads to."""
    world = World(now=stories.DEMO_NOW)
    alice = world.user("alice", "2016-01-01")
    for name in ("example/one", "example/two"):
        repo = world.repository(name, "2025-01-01").member(alice)
        push(repo, alice, "2026-07-05", lines=20)
    server = GitHubEmulator(world, {"token-1": "alice", "token-2": "alice", "token-3": "bob"})

    def pretend(agent: str) -> Http:
        return Http(agent, server.transport())

    async def at_once(seconds: float) -> None:
        """Wait no longer before the next attempt."""

    monkeypatch.setattr(environment, "Http", pretend)
    monkeypatch.setattr(environment, "GitHub", partial(GitHub, sleep=at_once))
    monkeypatch.setenv("GITHUB_TOKEN", "token-1")
    return server


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of that small world, where commands look for it."""
    path = tmp_path / "config" / "repos.toml"
    path.parent.mkdir()
    project = (
        '[[project]]\nslug = "{0}"\nname = "{0}"\ncategory = "chain"\n[[project.repo]]\nrepo = "{1}"\nrole = "core"\n'
    )
    path.write_text(project.format("uno", "example/one") + project.format("due", "example/two"))
    return path


@pytest.fixture
def synced(run: Collect, config: Path, server: GitHubEmulator, shelf: Path) -> GitHubEmulator:
    """The pretend GitHub, from which a database in the current folder was synced."""
    sync_once(run, shelf)
    return server
