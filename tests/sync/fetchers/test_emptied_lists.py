"""A list that is suddenly empty, with status 200 and a total of 0, is not believed at once."""

import json
from typing import Any

import httpx
import pytest

from collector.emulator.server import GitHubEmulator
from tests.lab import Lab


def emptied(lab: Lab, connection: str, times: int) -> None:
    """Let the next responses that have rows in this connection have none."""
    plain, left = lab.server.front, [times]

    def empty(value: Any) -> bool:
        found = False
        for key, inner in (
            value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        ):
            if key == connection and isinstance(inner, dict) and inner.get("nodes"):
                inner |= {"nodes": [], "totalCount": 0}
                found = True
            else:
                found |= empty(inner)
        return found

    def front(request: httpx.Request) -> httpx.Response:
        response = plain(request)
        if not response.content:  # what did not change since its ETag
            return response
        body = json.loads(response.content)
        if left[0] and empty(body):
            left[0] -= 1
            return httpx.Response(200, json=body, request=request)
        return response

    lab.server.front = front


@pytest.fixture
def few(lab: Lab) -> Lab:
    repo = lab.repository()
    issue = repo.issue("Broken", lab.bob, "2025-03-01", labels=("bug", "help"))
    pull = repo.pull_request("Mend", lab.bob, "2025-03-01")
    for n in range(3):
        issue.comment(lab.alice, f"Word {n}", "2025-03-02")
        pull.review(lab.alice, "COMMENTED", "2025-03-02")
        repo.release(f"v{n}", lab.alice, f"2025-04-{n + 1:02}")
    lab.sync()
    lab.world.move(days=1)
    issue.comment(lab.bob)
    pull.comment(lab.bob)
    return lab


def gone(lab: Lab) -> list[Any]:
    tables = ("releases", "tags", "comments", "reviews", "issue_labels")
    return [table for table in tables if lab.query(f"SELECT count(*) FROM {table} WHERE gone_at IS NOT NULL") != [0]]


@pytest.mark.parametrize("connection", ["comments", "reviews", "labels"])
def test_a_list_within_a_thread(few: Lab, connection: str) -> None:
    emptied(few, connection, 1)
    assert few.sync().exit_code == 0
    assert gone(few) == []
    assert few.differences() == {}


@pytest.mark.parametrize("connection", ["releases", "tags"])
def test_releases_and_tags(few: Lab, connection: str) -> None:
    emptied(few, connection if connection == "releases" else "refs", 5)
    if connection == "tags":
        emptied(few, "tags", 5)
    assert few.sync().exit_code == 3
    assert gone(few) == []
    few.server.front = type(few.server)(few.world, clock=few.seconds).front
    assert few.night().exit_code == 0
    assert few.differences() == {}


@pytest.mark.parametrize("connection", ["issues", "pullRequests", "releases"])
def test_a_list_of_which_the_batched_query_counts_rows(few: Lab, connection: str) -> None:
    """At the first sync, when nothing is stored yet: what comes the next night is not late."""
    few.path = few.folder / "another.db"
    emptied(few, connection, 99)
    plain = few.server.front
    few.server.front = lambda request: (
        GitHubEmulator.handle(few.server, request)  # the batched query is as usual
        if b"RepositoryStates" in request.content
        else plain(request)
    )
    assert few.sync().exit_code == 3
    few.server.front = type(few.server)(few.world, clock=few.seconds).front
    assert few.night().exit_code == 0
    assert few.differences() == {}
    assert few.query("SELECT count(*) FROM late_arrivals") == [0]


def test_a_count_of_none_for_a_list_that_is_stored(few: Lab) -> None:
    few.repo.issue("Newest", few.bob)
    emptied(few, "issues", 1)
    assert few.sync().exit_code == 0
    assert few.differences() == {}
