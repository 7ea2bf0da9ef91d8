"""This machine's clock may be wrong or jump: nothing is lost, and it is said."""

from datetime import timedelta

import httpx
import pytest

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
