"""The server: tokens, limits, REST, and faults that tests can script."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from collector.emulator.faults import FAULTS
from collector.emulator.server import GitHubEmulator
from collector.emulator.times import epoch, later
from collector.emulator.world import World
from collector.github import queries
from tests.emulator.client import Client

VIEWER = queries.load("Viewer")


def test_a_token_is_wanted(world: World) -> None:
    server = GitHubEmulator(world, tokens={"good": "ada"})

    def ask(headers: dict[str, str]) -> httpx.Response:
        request = httpx.Request("POST", "https://api.github.com/graphql", headers=headers, json={"query": VIEWER})
        return server.handle(request)

    assert ask({}).status_code == 401
    assert ask({"authorization": "Bearer bad"}).status_code == 401
    assert ask({"authorization": "Bearer good"}).json()["data"]["viewer"]["login"] == "ada"


def test_points_are_counted_and_run_out(client: Client) -> None:
    budget = client.server.budget()
    first = client.post(VIEWER)
    assert first.headers["x-ratelimit-remaining"] == "4999"
    assert first.headers["x-ratelimit-resource"] == "graphql"
    assert int(first.headers["x-ratelimit-reset"]) == epoch(client.world.now) + 3600
    budget.used = budget.limit
    out = client.post(VIEWER)
    assert (out.status_code, out.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert out.headers["x-ratelimit-remaining"] == "0"
    assert client.get("/rate_limit").json()["resources"]["graphql"]["remaining"] == 0
    client.world.move(hours=1)
    assert client.post(VIEWER).headers["x-ratelimit-remaining"] == "4999"
    assert client.server.points() == 2


def test_rest_has_a_budget_of_its_own(client: Client) -> None:
    client.world.repository("acme/engine", "2025-01-01")
    assert client.get("/repos/acme/engine/activity").headers["x-ratelimit-remaining"] == "4999"
    client.server.budget("core").used = 5000
    out = client.get("/repos/acme/engine/activity")
    assert (out.status_code, out.headers["x-ratelimit-remaining"]) == (403, "0")
    assert client.post(VIEWER).status_code == 200
    assert client.get("/rate_limit").status_code == 200


def test_activity_is_paged_newest_first(client: Client) -> None:
    bot, gone = client.world.bot("mirror"), client.world.user("gone")
    repo = client.world.repository("acme/engine", "2025-01-01")
    for n in range(5):
        repo.commit(f"{n}")
        repo.push(by=bot if n % 2 else gone, at=later("2025-02-01", days=n))
    client.world.delete_account(gone)
    rows: list[dict[str, Any]] = []
    url: str | None = "/repos/acme/engine/activity?per_page=2"
    while url:
        page = client.get(url)
        rows += page.json()
        url = page.links.get("next", {}).get("url")
    assert [r["timestamp"][:10] for r in rows] == [f"2025-02-0{n}" for n in (5, 4, 3, 2, 1)]
    assert [r["activity_type"] for r in rows] == ["push"] * 4 + ["branch_creation"]
    assert rows[1]["actor"] == {"login": "mirror[bot]", "id": bot.id, "node_id": bot.node_id, "type": "Bot"}
    assert rows[0]["actor"] is None
    assert rows[0]["after"] == repo.tip()
    assert rows[-1]["before"] == "0" * 40
    oldest = client.get("/repos/acme/engine/activity?direction=asc&per_page=1").json()
    assert oldest == rows[-1:]
    by_ref = client.get("/repos/acme/engine/activity?ref=other&activity_type=push").json()
    assert by_ref == []


def test_issues_over_rest(client: Client) -> None:
    world = client.world
    here, there = (world.repository(f"acme/{n}", "2025-01-01") for n in ("here", "there"))
    kept, moved, gone = (here.issue(t, world.user("ada")) for t in "abc")
    here.transfer(moved, there)
    gone.delete()
    assert client.get(f"/repos/acme/here/issues/{kept.number}").json()["node_id"] == kept.node_id
    answer = client.get(f"/repos/acme/here/issues/{moved.number}")
    assert (answer.status_code, answer.headers["location"]) == (
        301, f"https://api.github.com/repositories/{there.id}/issues/1",
    )  # fmt: skip
    assert client.get(answer.headers["location"]).json()["title"] == "b"
    there.change(private=True)
    assert client.get(f"/repos/acme/here/issues/{moved.number}").status_code == 404
    assert client.get(f"/repos/acme/here/issues/{gone.number}").status_code == 410
    assert client.get("/repos/acme/here/issues/99").status_code == 404


def test_compare_over_rest(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    made = [repo.commit(str(n), at=later("2025-02-01", days=n)) for n in range(5)]
    repo.push()
    path = f"/repos/acme/engine/compare/{made[0].oid}...{made[4].oid}"
    first = client.get(f"{path}?per_page=3")
    assert [c["sha"] for c in first.json()["commits"]] == [c.oid for c in made[1:4]]
    assert first.json()["total_commits"] == 4
    assert first.json()["commits"][0]["parents"] == [{"sha": made[0].oid}]
    second = client.get(first.links["next"]["url"])
    assert [c["sha"] for c in second.json()["commits"]] == [made[4].oid]
    assert "next" not in second.links
    back = client.get(f"/repos/acme/engine/compare/{made[4].oid}...{made[1].oid}").json()
    assert (back["status"], back["behind_by"], back["commits"]) == ("behind", 3, [])
    assert client.get(f"/repos/acme/engine/compare/{'1' * 40}...main").status_code == 404


def test_statuses_over_rest(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    repo.change(name="acme/motor")
    moved = client.get("/repos/acme/engine/activity?per_page=5")
    assert moved.status_code == 301
    assert moved.headers["location"] == f"https://api.github.com/repositories/{repo.id}/activity?per_page=5"
    assert client.get(moved.headers["location"]).status_code == 200
    assert client.get("/repos/acme/motor").json()["id"] == repo.id
    repo.change(blocked=True)
    assert client.get("/repos/acme/motor/activity").status_code == 451
    repo.change(blocked=False, private=True)
    assert client.get("/repos/acme/motor/activity").status_code == 404


def test_enterprise_addresses(world: World) -> None:
    world.repository("acme/engine", "2025-01-01").change(name="acme/motor")
    server = GitHubEmulator(world)
    headers = {"authorization": "token x"}
    api = "https://git.example/api"
    assert server.handle(httpx.Request("POST", f"{api}/graphql", headers=headers, json={"query": VIEWER})).is_success
    moved = server.handle(httpx.Request("GET", f"{api}/v3/repos/acme/engine", headers=headers))
    assert moved.headers["location"].startswith(f"{api}/v3/repositories/")


def test_the_log_says_what_was_asked(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    client.ask("Releases", repository=repo.node_id, first=7)
    client.get("/repos/acme/engine/activity?per_page=2")
    graphql, rest = client.server.log
    assert str(graphql) == "POST /graphql Releases " + json.dumps({"repository": repo.node_id, "first": 7})
    assert (graphql.points, graphql.nodes, graphql.status) == (1, 7, 200)
    assert str(rest) == "GET /repos/acme/engine/activity?per_page=2"


STATUSES = {
    "502_html": 502, "html_200": 200, "garbage": 200, "null_with_errors": 200, "500": 500, "503": 503, "401": 401,
    "404": 404, "409": 409, "410": 410, "451": 451, "secondary": 403, "429": 429, "rate_limited": 200, "truncate": 200,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_a_fault_strikes_when_and_as_often_as_told(client: Client, kind: str, status: int) -> None:
    fault = client.server.fail("POST /graphql Viewer", kind, nth=2, times=2)
    answers = [client.post(VIEWER) for _ in range(4)]
    healthy = client.server.world.user("collector").login

    def is_whole(answer: httpx.Response) -> bool:
        try:
            return bool(answer.json()["data"]["viewer"]["login"] == healthy)
        except (ValueError, KeyError, TypeError):
            return False

    assert [is_whole(a) for a in answers] == [True, False, False, True]
    assert answers[1].status_code == status
    assert fault.struck == 2
    assert [entry.fault for entry in client.server.log] == [None, kind, kind, None]


@pytest.mark.parametrize(
    ("kind", "error"), [("timeout", httpx.ReadTimeout), ("reset", httpx.ReadError), ("connect", httpx.ConnectError)]
)
def test_faults_of_the_connection(client: Client, kind: str, error: type[Exception]) -> None:
    client.server.fail("Viewer", kind)
    with pytest.raises(error):
        client.post(VIEWER)
    assert client.post(VIEWER).is_success
    assert [entry.status for entry in client.server.log] == [0, 200]


def test_limits_say_how_long_to_wait(client: Client) -> None:
    now = epoch(client.world.now)
    client.server.fail("Viewer", "rate_limited", reset_in=90)
    limited = client.post(VIEWER)
    assert limited.json()["errors"][0]["type"] == "RATE_LIMITED"
    assert limited.headers["x-ratelimit-remaining"] == "0"
    assert limited.headers["x-ratelimit-reset"] == str(now + 90)
    client.server.fail("Viewer", "secondary")
    assert "retry-after" not in client.post(VIEWER).headers
    client.server.fail("Viewer", "429", retry_after=7)
    assert client.post(VIEWER).headers["retry-after"] == "7"
    client.server.fail("activity", "rate_limited")
    assert client.get("/repos/a/b/activity").status_code == 403


def test_resource_limits_leave_nulls(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    for n in range(6):
        repo.issue(f"{n}").comment(None)
    client.server.fail("Issues", "resource_limits", nodes=5)
    order = {"field": "CREATED_AT", "direction": "ASC"}
    answer = client.post(queries.load("Issues"), repository=repo.node_id, first=10, order=order).json()
    issues = answer["data"]["node"]["issues"]
    assert issues["totalCount"] == 6
    assert [n is None for n in issues["nodes"]] == [False, False, False, True, True, True]
    assert issues["nodes"][2]["comments"]["nodes"] == [None]
    assert {e["type"] for e in answer["errors"]} == {"RESOURCE_LIMITS_EXCEEDED"}
    assert answer["errors"][0]["path"] == ["node", "issues", "nodes", 2, "comments", "nodes", 0]


def test_node_timeout_strikes_what_is_too_big(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    client.server.fail("Releases", "node_timeout", nodes=20)
    text = queries.load("Releases")
    sizes = [client.post(text, repository=repo.node_id, first=n).status_code for n in (100, 50, 21, 20, 100)]
    assert sizes == [502, 502, 502, 200, 502]


def test_a_response_is_changed_by_a_function(client: Client) -> None:
    """It may change the JSON in place or return another; what is no successful response waits for one."""
    client.world.repository("acme/engine", "2025-01-01")

    def without_name(body: dict[str, Any]) -> None:
        del body["full_name"]

    fault = client.server.fail("GET /repos/acme/", "change", times=2, change=without_name)
    assert client.get("/repos/acme/none").status_code == 404
    whole = client.get("/repos/acme/engine").json().keys() | {"full_name"}
    client.server.fail("GET /repos/acme/engine", "change", change=lambda body: [sorted(body)])
    assert client.get("/repos/acme/engine").json().keys() == whole - {"full_name"}
    assert client.get("/repos/acme/engine").json() == [sorted(whole)]
    assert fault.struck == 2
    assert client.get("/repos/acme/engine").json().keys() == whole


def test_an_unknown_fault_is_refused(client: Client) -> None:
    with pytest.raises(ValueError, match="502_html"):
        client.server.fail("x", "nonsense")
    assert set(STATUSES) < set(FAULTS)


async def _through_httpx(server: GitHubEmulator) -> httpx.Response:
    async with httpx.AsyncClient(transport=server.transport(), base_url="https://api.github.com") as http:
        return await http.post("/graphql", json={"query": VIEWER}, headers={"authorization": "Bearer x"})


def test_the_transport_serves_an_async_client(world: World) -> None:
    assert asyncio.run(_through_httpx(GitHubEmulator(world))).json()["data"]["viewer"]["login"] == "collector"
