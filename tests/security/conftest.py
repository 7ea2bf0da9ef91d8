"""The command line against a pretend GitHub whose every text is an attempt to steer whoever shows it."""

import shutil
from pathlib import Path

import pytest

from collector import clock
from collector.demo import run as demo
from collector.demo import stories
from collector.demo.actions import push
from collector.emulator.world import World
from collector.github import environment
from collector.github.http import Http
from tests.command import Collect
from tests.lab import Server
from tests.waiting import wait_at_once

TOKEN = "ghp_" + "s3cr3t" * 6
HOSTILE = (
    "=cmd|' /C calc'!A0\x1b]0;owned\x07\x1b[2J\r\nError: all is well\u202egnp.exe"
    "<script>alert(1)</script> [x](javascript:alert(1)) | `a` '; DROP TABLE issues;--"
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A token, no other setting, an empty folder to stand in, a fixed instant, and no waiting."""

    for name in ("GITHUB_TOKENS", "GH_TOKEN", "GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "COLLECT_DB", "COLLECT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(clock, "utc_now", demo.now)
    wait_at_once(monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Collect:
    return Collect()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    """A pretend GitHub, tracked by the configuration of the folder."""
    world = World(now=stories.DEMO_NOW)
    alice, mallory = world.user("alice", "2016-01-01"), world.user(HOSTILE, "2016-01-01")
    for name in ("example/one", "example/two"):
        repo = world.repository(name, "2025-01-01", description=HOSTILE, homepage=HOSTILE).member(alice)
        push(repo, alice, "2026-06-20", lines=20)
        repo.commit(HOSTILE, mallory, "2026-06-21", files={HOSTILE: (20, 0)})
        repo.push(by=mallory, at="2026-06-21")
        repo.issue(HOSTILE, mallory, "2026-06-22", labels=(HOSTILE,)).comment(alice, HOSTILE, "2026-06-23")
        repo.pull_request(HOSTILE, mallory, "2026-06-24").merge(alice, "2026-06-25")
        repo.tag(HOSTILE)
        repo.release(HOSTILE, mallory, "2026-06-26", name=HOSTILE)
    server = Server(world, {TOKEN: "alice"})
    monkeypatch.setattr(environment, "Http", lambda agent: Http(agent, server.transport()))
    project = (
        '[[project]]\nslug = "{0}"\nname = "={0}"\ncategory = "chain"\n[[project.repo]]\nrepo = "{1}"\nrole = "core"\n'
    )
    (tmp_path / "config").mkdir()
    text = project.format("uno", "example/one") + project.format("due", "example/two")
    (tmp_path / "config" / "repos.toml").write_text(text)
    return server


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def hostile() -> str:
    return HOSTILE
