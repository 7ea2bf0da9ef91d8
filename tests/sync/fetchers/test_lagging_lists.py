"""A list that GitHub serves from a replica that lags behind is read again in the next run."""

import json

import httpx
import pytest

from tests.lab import Lab
from tests.variants import crossed


@pytest.mark.parametrize(
    ("operation", "stored"), crossed(["Releases", "Tags", "Issues", "PullRequests"], [False, True])
)
def test_what_a_list_lags_behind_by_comes_with_the_next_run(lab: Lab, operation: str, stored: bool) -> None:
    repo = lab.repository()
    for day in ("2025-12-30", "2026-01-02"):
        repo.issue("Broken", lab.bob, day)
        repo.pull_request("Mend", lab.bob, day)
        repo.release(f"v-{day}", lab.alice, day)
    if stored:
        lab.sync()
    lab.world.move(days=2)
    plain = lab.server.front

    def front(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        if body.get("operationName") != operation:
            return plain(request)
        lab.world.now, now = "2026-01-01T00:00:00Z", lab.world.now
        try:
            return plain(request)
        finally:
            lab.world.now = now

    lab.server.front = front
    lab.sync()
    assert lab.differences() != {}
    lab.server.front = plain
    assert lab.night().exit_code == 0
    assert lab.differences() == {}
    assert lab.query("SELECT * FROM late_arrivals") == []
