"""What GitHub says about the repositories of a list is kept, so that nothing is asked twice."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.emulator.server import GitHubEmulator
from collector.emulator.world import World
from collector.errors import GitHubUnreachable
from collector.github.client import GitHub, Meter
from collector.github.http import Http
from collector.github.rate_limits import Viewer
from collector.repos.lookup_cache import VALID, LookedUp, LookupCache, LookupResult, look_up

NOW = datetime(2026, 7, 6, tzinfo=UTC)
SERVER = "https://api.github.example/graphql"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "repos.toml.answers.jsonl"


@pytest.fixture
def warned() -> list[str]:
    return []


@pytest.fixture
def cache(path: Path, warned: list[str]) -> LookupCache:
    return LookupCache(path, SERVER, warned.append)


@pytest.fixture
def server() -> GitHubEmulator:
    world = World(now="2026-07-06T00:00:00Z")
    world.user("alice", "2016-01-01")
    for n in range(30):
        world.repository(f"eco/r{n}", "2024-01-01")
    return GitHubEmulator(world, {"token": "alice"})


def looked_up(server: GitHubEmulator, cache: LookupCache, names: list[str], now: datetime = NOW) -> LookedUp:
    """Look names up as the command does."""
    url = "https://api.github.com"
    github = GitHub(Http("test", server.transport()), url, f"{url}/graphql", [Viewer(["token"])])
    return asyncio.run(
        look_up(github, lambda: names, cache, now, Meter(), lambda left, answered: None, lambda name, done, of: None)
    )


NAMES = [f"eco/r{n}" for n in range(30)]


def test_one_question_for_20_and_none_twice(server: GitHubEmulator, cache: LookupCache) -> None:
    first = looked_up(server, cache, [*NAMES, "eco/none", "ECO/R1"])
    assert len(server.log) == 2
    assert (first.answers["eco/none"].status, first.answers["eco/none"].name) == ("not_found", None)
    assert first.answers["eco/r1"].name == "eco/r1"
    assert looked_up(server, cache, ["eco/r31", *NAMES]).answers.keys() >= {*NAMES, "eco/r31"}
    assert len(server.log) == 3


def test_after_30_days_they_are_looked_up_again(server: GitHubEmulator, cache: LookupCache) -> None:
    looked_up(server, cache, NAMES[:5])
    looked_up(server, cache, NAMES[:5], NOW + VALID - timedelta(seconds=1))
    assert len(server.log) == 1
    server.world.repositories[0].change(archived=True)
    server.world.move(days=1)
    later = looked_up(server, cache, NAMES[:5], NOW + VALID)
    assert later.answers["eco/r0"].status == "archived"
    assert looked_up(server, cache, NAMES[:5], NOW + VALID) == later
    assert len(server.log) == 2


def test_what_was_answered_before_a_failure_is_kept(
    server: GitHubEmulator, cache: LookupCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, kept = cache.keep, 0

    def fail_at_the_second(*arguments: object) -> None:
        nonlocal kept
        kept += 1
        if kept == 2:
            raise GitHubUnreachable("The cable is out.")
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "keep", fail_at_the_second)
    with pytest.raises(GitHubUnreachable):
        looked_up(server, cache, NAMES)
    assert cache.known(NOW).keys() == set(NAMES[:20])


def test_a_line_that_was_cut_off_costs_its_answer_only(path: Path, cache: LookupCache) -> None:
    cache.keep([LookupResult("eco/a", "ok", 1, "eco/a"), LookupResult("eco/b", "ok", 2, "eco/b")], NOW)
    path.write_bytes(path.read_bytes()[:-20])
    cache.keep([LookupResult("eco/C", "ok", 3, "eco/C")], NOW)
    assert cache.known(NOW) == {
        "eco/a": LookupResult("eco/a", "ok", 1, "eco/a"), "eco/c": LookupResult("eco/C", "ok", 3, "eco/C"),
    }  # fmt: skip


def test_another_server_knows_other_repositories(path: Path, cache: LookupCache, warned: list[str]) -> None:
    cache.keep([LookupResult("eco/a", "not_found")], NOW)
    assert LookupCache(path, "https://ghe.example/graphql", warned.append).known(NOW) == {}


def test_without_a_place_to_keep_them_the_import_goes_on(
    tmp_path: Path, server: GitHubEmulator, warned: list[str]
) -> None:
    found = looked_up(server, LookupCache(tmp_path, SERVER, warned.append), NAMES)
    assert found.answers.keys() == set(NAMES)
    assert [w.partition("(")[0] for w in warned] == [f"{tmp_path} cannot be read ", f"{tmp_path} cannot be written "]


def test_a_refused_token_is_no_answer(server: GitHubEmulator, cache: LookupCache) -> None:
    server.world.odd.policy("eco", "saml")
    found = looked_up(server, cache, NAMES[:2])
    assert found.answers == {}
    assert found.unknown.keys() == set(NAMES[:2])
    assert "SAML" in found.unknown["eco/r0"]
    assert cache.known(NOW) == {}


def test_answers_are_not_written_through_a_link_of_another_user(
    tmp_path: Path, path: Path, cache: LookupCache, warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path.symlink_to(tmp_path / "precious")
    (tmp_path / "precious").write_text("old")
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    lstat = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda self: os.stat_result([*lstat(self)[:4], 4_000, *lstat(self)[5:]]))
    cache.keep([LookupResult("eco/a", "not_found")], NOW)
    assert "a symbolic link that belongs to another user" in warned[0]
    assert (tmp_path / "precious").read_text() == "old"
