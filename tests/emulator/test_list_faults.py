"""Faults that change an answer, and limits as GitHub tells them."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from collector.emulator.repository import Repository
from collector.emulator.times import epoch, later
from collector.github import queries
from tests.emulator.client import Client

Walk = Callable[..., list[dict[str, Any]]]
ORDER = {"field": "CREATED_AT", "direction": "ASC"}


def releases(client: Client, count: int = 6) -> Repository:
    repo = client.world.repository("acme/engine", "2025-01-01")
    for n in range(count):
        repo.commit(str(n), at=later("2025-02-01", days=n))
        repo.push(at=later("2025-02-01", days=n))
        repo.release(f"v{n}", at=later("2025-02-01", days=n))
    return repo


def page(
    client: Client, repo: Repository, after: str | None = None, first: int = 4
) -> tuple[list[Any], bool, str | None]:
    """Tags of a page of releases, whether there are more, and the cursor."""
    found = client.ask("Releases", repository=repo.node_id, first=first, after=after)["node"]["releases"]
    names = [n and n["tagName"] for n in found["nodes"]]
    return names, found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]


@pytest.mark.parametrize("first", [True, False])
def test_an_empty_page_goes_on_where_it_was(client: Client, first: bool) -> None:
    repo = releases(client)
    after = None if first else page(client, repo)[2]
    whole = page(client, repo, after)
    client.server.fail("Releases", "empty_page")
    names, more, cursor = page(client, repo, after)
    assert (names, more) == ([], True)
    assert cursor not in (after, None)
    assert page(client, repo, cursor) == whole


def test_an_empty_page_may_repeat_its_cursor_or_skip_its_rows(client: Client) -> None:
    repo = releases(client)
    after = page(client, repo)[2]
    client.server.fail("Releases", "empty_page", cursor="repeats")
    assert page(client, repo, after) == ([], True, after)
    client.server.fail("Releases", "empty_page", cursor="skips")
    assert page(client, repo) == ([], True, after)


def test_a_cursor_repeats_or_is_missing(client: Client) -> None:
    repo = releases(client)
    after = page(client, repo)[2]
    client.server.fail("Releases", "repeat_cursor", times=2)
    names, more, start = page(client, repo)
    assert (names, more) == (["v5", "v4", "v3", "v2"], True)
    assert page(client, repo, start)[2] == start
    assert page(client, repo, after)[:2] == (["v1", "v0"], False)
    client.server.fail("Releases", "null_cursor")
    assert page(client, repo, after) == (["v1", "v0"], True, None)


def test_a_list_ends_early_or_has_field_errors_and_doubles(client: Client) -> None:
    repo = releases(client)
    client.server.fail("Releases", "ends_early")
    assert page(client, repo)[:2] == (["v5", "v4"], False)
    client.server.fail("Releases", "ends_early", keep=1)
    assert page(client, repo)[:2] == (["v5"], False)
    client.server.fail("Releases", "null_node")
    assert page(client, repo)[0] == ["v5", "v4", None, "v2"]
    client.server.fail("Releases", "duplicate_row")
    assert page(client, repo)[0] == ["v5", "v5", "v4", "v3", "v2"]
    client.server.fail("Releases", "duplicate_row", instead=True)
    assert page(client, repo)[0] == ["v5", "v5", "v3", "v2"]


def test_a_history_survives_an_empty_page(client: Client, walk: Walk) -> None:
    repo = releases(client)

    def history(after: str | None) -> dict[str, Any]:
        answer = client.ask("CommitHistory", repository=repo.node_id, oid=repo.tip(), first=4, after=after)
        found: dict[str, Any] = answer["node"]["object"]["history"]
        return found

    after = history(None)["pageInfo"]["endCursor"]
    client.server.fail("CommitHistory", "empty_page", times=2)
    start, again = (history(c)["pageInfo"]["endCursor"] for c in (None, after))
    assert again != after
    assert [n["messageHeadline"] for c in (start, again) for n in history(c)["nodes"]] == list("543210")


def test_a_named_list_inside_is_spoilt(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    repo.issue("quiet")
    repo.issue("loud").comment(None)
    fault = client.server.fail("Issues|Releases", "null_cursor", connection="comments")
    page(client, repo)
    assert fault.struck == 0
    found = client.ask("Issues", repository=repo.node_id, first=5, order=ORDER)["node"]["issues"]
    assert not found["pageInfo"]["hasNextPage"]
    assert found["nodes"][0]["comments"]["pageInfo"] == {"hasNextPage": True, "endCursor": None}
    assert [entry.fault for entry in client.server.log] == [None, "null_cursor"]


def test_rest_lists_are_spoilt_too(client: Client) -> None:
    releases(client)
    path = "/repos/acme/engine/activity?per_page=4"
    whole = client.get(path)

    def spoilt(kind: str, **details: Any) -> tuple[list[Any], str | None]:
        client.server.fail("activity", kind, **details)
        answer = client.get(path)
        return answer.json(), answer.links.get("next", {}).get("url")

    rows, link = spoilt("empty_page")
    assert rows == []
    assert link is not None
    assert client.get(link).json() == whole.json()
    assert spoilt("empty_page", cursor="repeats") == ([], f"https://api.github.com{path}")
    assert spoilt("empty_page", cursor="skips") == ([], whole.links["next"]["url"])
    assert spoilt("repeat_cursor") == (whole.json(), f"https://api.github.com{path}")
    assert spoilt("ends_early") == (whole.json()[:2], None)
    assert spoilt("null_node", index=0)[0][0] is None
    assert spoilt("duplicate_row")[0][:2] == [whole.json()[0]] * 2


def test_an_error_in_a_field_takes_with_it_what_may_not_lack_it(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    for n in range(3):
        repo.issue(f"{n}", client.world.user("ada"))

    def ask(**details: Any) -> dict[str, Any]:
        client.server.fail("Issues", "field_error", **details)
        answer: dict[str, Any] = client.post(
            queries.load("Issues"), repository=repo.node_id, first=5, order=ORDER
        ).json()
        return answer

    required = ask(field="comments", at=1, type="SERVICE_UNAVAILABLE", message="No comments today.")
    assert [n and n["title"] for n in required["data"]["node"]["issues"]["nodes"]] == ["0", None, "2"]
    (error,) = required["errors"]
    assert (error["type"], error["message"]) == ("SERVICE_UNAVAILABLE", "No comments today.")
    assert error["path"] == ["node", "issues", "nodes", 1, "comments"]
    nullable = ask(field="labels", at=None, extensions={"saml_failure": True})
    assert [n["labels"] for n in nullable["data"]["node"]["issues"]["nodes"]] == [None] * 3
    assert [e["extensions"] for e in nullable["errors"]] == [{"saml_failure": True}] * 3


def test_the_hours_limit_is_told_in_several_ways(client: Client) -> None:
    viewer = queries.load("Viewer")

    def limited(**details: Any) -> httpx.Response:
        client.server.fail("Viewer", "rate_limited", **details)
        answer: httpx.Response = client.post(viewer)
        return answer

    plain = limited()
    assert plain.json()["errors"][0]["type"] == "RATE_LIMITED"
    newer = limited(type="RATE_LIMIT", left=4321, reset_in=-5).json()["errors"][0]
    assert (newer["type"], newer["code"]) == ("RATE_LIMIT", "graphql_rate_limit")
    answer = limited(type=None, left=4321, reset_in=-5)
    assert "type" not in answer.json()["errors"][0]
    assert answer.headers["x-ratelimit-remaining"] == "4321"
    assert answer.headers["x-ratelimit-reset"] == str(epoch(client.world.now) - 5)


def test_odd_headers_and_answers(client: Client) -> None:
    viewer = queries.load("Viewer")
    client.server.fail("Viewer", "503", retry_after=-1, headers={"x-ratelimit-reset": "soon", "date": None})
    busy = client.post(viewer)
    assert (busy.headers["retry-after"], busy.headers["x-ratelimit-reset"]) == ("-1", "soon")
    assert "date" not in busy.headers
    client.server.fail("Viewer", "headers", headers={"x-ratelimit-remaining": "many"})
    assert client.post(viewer).json()["data"]["viewer"]
    client.server.fail("activity", "answer", status=403, body={"message": "Resource not accessible by integration"})
    assert client.get("/repos/a/b/activity").json()["message"].startswith("Resource")
    client.server.fail("Viewer", "redirect", status=308, location="https://git.example/api/graphql")
    moved = client.post(viewer)
    assert (moved.status_code, moved.headers["location"]) == (308, "https://git.example/api/graphql")
    client.server.fail("Viewer", "504_html")
    assert client.post(viewer).status_code == 504
    client.server.fail("Viewer", "secondary", status=200)
    assert "secondary rate limit" in client.post(viewer).json()["message"]
