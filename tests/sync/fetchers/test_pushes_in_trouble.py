"""A push log that is short, or has rows of another repository."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.lab import Lab


def odd_log(lab: Lab, rows: Callable[[list[Any]], list[Any]], times: int) -> None:
    """Let the next responses with the push log have other rows."""
    lab.server.fail("/activity", "change", times=times, change=rows)


@pytest.fixture
def recent(lab: Lab) -> Lab:
    repo = lab.repository()
    for n in range(8):
        repo.commit(f"Work {n}", lab.alice, f"2025-12-{n + 10}")
        repo.push(by=lab.alice, at=f"2025-12-{n + 10}")
    return lab


ODD_LOGS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "empty": lambda rows: [],
    "without the newest": lambda rows: rows[1:],
    "with a gap": lambda rows: rows[:3] + rows[4:],
}


@pytest.mark.parametrize("how", ODD_LOGS)
def test_a_short_log_is_read_a_second_time(recent: Lab, how: str) -> None:
    odd_log(recent, ODD_LOGS[how], 1)
    assert recent.sync().exit_code == 0
    assert recent.query("SELECT * FROM unreadable") == []
    assert recent.differences() == {}
    asked = len(recent.asked("/activity"))
    recent.night()
    assert len(recent.asked("/activity")) == asked


@pytest.mark.parametrize("how", ["empty", "without the newest"])
def test_a_log_that_stays_short_is_recorded_and_read_again_the_next_night(recent: Lab, how: str) -> None:
    odd_log(recent, ODD_LOGS[how], 4)
    assert recent.sync().exit_code == 0
    assert recent.unreadable("pushes") == [("the newest push", "")]
    assert recent.query("SELECT count(*) FROM sync_errors WHERE kind = 'pushes'") == [1]
    recent.night()
    assert recent.unreadable("pushes") == []
    assert recent.differences() == {}


def test_a_page_with_rows_of_another_repository_is_requested_again(lab: Lab) -> None:
    """A proxy or a cache may mix up responses."""
    first, second = lab.repository("example/first"), lab.repository("example/second")
    lab.sync()
    lab.world.move(days=1)
    for repo in (first, second):
        repo.push(repo.commit("News", lab.alice))
    plain, logs = lab.server.front, list[bytes]()

    def front(request: httpx.Request) -> httpx.Response:
        response = plain(request)
        if not request.url.path.endswith("/activity"):
            return response
        logs.append(response.content)
        return httpx.Response(200, content=logs[0], request=request) if len(logs) == 2 else response

    lab.server.front = front
    assert lab.sync().exit_code == 0
    assert len(logs) == 3
    assert lab.differences() == {}


@pytest.mark.parametrize("true_one", [0, 1], ids=["read first", "read last"])
def test_a_log_of_another_repository_takes_no_rows_from_it(lab: Lab, true_one: int) -> None:
    """A cache may mix up the responses of two repositories for a whole run."""
    repos = lab.repository("example/first"), lab.repository("example/second")
    for number, repo in enumerate(repos):
        lab.push(repo, f"Work {number}", f"2025-12-1{number}")
    plain = lab.server.front
    own = f"/repos/example/{('first', 'second')[true_one]}/activity"

    def front(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/activity"):
            request = httpx.Request("GET", request.url.copy_with(path=own), headers=request.headers)
        return plain(request)

    lab.server.front = front
    lab.sync()
    assert lab.query("SELECT count(*) FROM sync_errors WHERE kind = 'pushes'") == [1]
    assert lab.query("SELECT DISTINCT repository FROM pushes") == [repos[true_one].id]
    lab.server.front = plain
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


def test_a_next_page_of_another_repository_is_not_followed(lab: Lab) -> None:
    lab.repository()
    link = '<https://api.github.com/repositories/9/activity?after=x>; rel="next"'
    lab.server.fail("/activity", "headers", headers={"link": link}, times=None)
    assert lab.sync().exit_code == 3
    assert lab.asked("/repositories/9/") == []
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_first_log_whose_end_is_missing_once_costs_nothing(lab: Lab, rows: int) -> None:
    repo = lab.repository()
    for n in range(4):
        lab.push(repo, f"Work {n}", f"2025-03-0{n + 1}")
    lab.server.fail("/activity", "ends_early", times=1, keep=rows)
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}
