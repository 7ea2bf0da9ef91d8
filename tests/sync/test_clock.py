"""This machine's clock may be wrong or jump: nothing is lost, and it is said."""

import sqlite3
from datetime import timedelta

import httpx
import pytest

from collector import clock
from collector.emulator.repository import Repository
from tests.lab import Lab

JUMPS = [timedelta(days=-400), timedelta(hours=-3), timedelta(hours=3), timedelta(days=400)]


def work(lab: Lab, repo: Repository, name: str) -> None:
    repo.issue(name, lab.bob).comment(lab.alice)
    repo.push(repo.commit(name, lab.alice))
    repo.tag(name)
    repo.release(name, lab.alice)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_jump_between_runs_and_back(lab: Lab, jump: timedelta) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    assert lab.sync().exit_code == 0
    for night in range(2, 9):
        lab.astray = jump if night in (3, 4) else timedelta()
        lab.world.move(days=1)
        work(lab, repo, f"v{night}")
        if night == 5:
            repo.threads[1].delete()
        assert lab.sync().exit_code == 0
        ahead = lab.reports[-1].clock_ahead
        assert ahead is not None
        assert abs(ahead - lab.astray.total_seconds()) < 60
        assert len(lab.query("SELECT id FROM issues")) == night
    for _ in range(8):
        lab.night()
    assert lab.differences() == {}


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_jump_within_a_run_and_a_limit_after_it(lab: Lab, jump: timedelta) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    handle, seen = lab.server.front, []

    def jumping(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if len(seen) == 3:
            lab.astray = jump
        return handle(request)

    lab.server.front = jumping
    lab.server.fail(" Issues ", "rate_limited", reset_in=60)
    assert lab.sync().exit_code == 0
    assert lab.waited < 300
    lab.astray = timedelta()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


def test_a_time_that_has_not_come_is_no_time_of_githubs(lab: Lab) -> None:
    repo = lab.repository()
    lab.world.odd.says(repo, pushedAt="9999-12-31T23:59:59Z")
    lab.sync()
    assert lab.query("SELECT value FROM meta WHERE key = 'github_time'")[0] < "2026-01-02"
    assert max(lab.query("SELECT witnessed_at FROM sync_state WHERE witnessed_at IS NOT NULL")) < "2026-01-02"
    for _ in range(2):
        lab.world.move(days=2)
        for n in range(3):
            repo.issue(f"News {n}", lab.bob)
        assert lab.sync().exit_code == 0
    assert lab.query("SELECT * FROM late_arrivals") == []


@pytest.mark.parametrize("days", [-1100, 1100])
def test_the_database_begins_by_githubs_clock(lab: Lab, days: int) -> None:
    lab.repository().issue("Broken", lab.bob, "2025-12-01")
    lab.astray = timedelta(days=days)
    assert lab.sync(since=None).exit_code == 0
    lookback = lab.config().lookback_days
    start = clock.to_text(clock.midnight(clock.date_of(clock.from_text(lab.world.now) - timedelta(days=lookback))))
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == [start]
    assert len(lab.live("issues")) == 1


def test_a_beginning_in_the_future_is_mended(lab: Lab) -> None:
    lab.repository().issue("Broken", lab.bob, "2025-12-01")
    lab.sync()
    with sqlite3.connect(lab.path) as db:
        db.execute("UPDATE meta SET value = '2028-01-01T00:00:00Z' WHERE key = 'start'")
    db.close()
    assert lab.night().exit_code == 0
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == ["2025-01-01T00:00:00Z"]
