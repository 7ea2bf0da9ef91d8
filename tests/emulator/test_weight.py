"""The modelled answering time: what others have measured comes out, and what takes too long is not answered."""

from typing import Any

import pytest

from collector.emulator.repository import Repository
from collector.emulator.server import GitHubEmulator
from collector.emulator.times import later
from collector.emulator.world import World
from collector.github import queries
from tests.emulator.client import Client

ORDER = {"field": "CREATED_AT", "direction": "ASC"}
SIZES = """
query($repository: ID!, $first: Int!) {
  rateLimit { cost }
  node(id: $repository) {
    ... on Repository {
      pullRequests(first: $first) {
        nodes { number additions deletions changedFiles comments(first: 100) { nodes { id } }
                commits(first: 25) { nodes { commit { oid } } } reviews(first: 100) { nodes { id } } }
      }
    }
  }
}
"""


@pytest.fixture
def client(client: Client) -> Client:
    client.server = GitHubEmulator(client.world, weight=True)
    return client


@pytest.fixture
def repo(world: World) -> Repository:
    made = world.repository("acme/engine", "2025-01-01")
    for n in range(100):
        at = later("2025-02-01", days=n)
        made.commit(f"{n}", at=at)
        made.push(at=at)
        made.pull_request(f"{n}", at=at)
    return made


def asked(client: Client, text: str, **variables: Any) -> tuple[int, float]:
    """The status and the modelled seconds."""
    status: int = client.post(text, **variables).status_code
    return status, client.server.log[-1].seconds


def test_a_page_of_pull_requests_with_their_sizes(client: Client, repo: Repository) -> None:
    seconds = {n: asked(client, SIZES, repository=repo.node_id, first=n) for n in (100, 50, 25)}
    assert seconds[100] == (502, 10.0)
    for size, least, most in ((50, 4, 6), (25, 2, 3)):
        status, took = seconds[size]
        assert status == 200
        assert least < took < most


def test_aliased_repositories(client: Client) -> None:
    for n in range(70):
        client.world.repository(f"acme/part{n}", "2025-01-01")

    def ask(count: int) -> float:
        names = {f"owner{i}": "acme" for i in range(count)} | {f"name{i}": f"part{i}" for i in range(count)}
        return asked(client, queries.repository_glances(count), **names, since="2025-01-01T00:00:00Z")[1]

    assert ask(60) < 8
    assert ask(20) * 2.9 < ask(60)


def test_the_lines_of_commits_cost_by_their_number(client: Client, repo: Repository) -> None:
    oids = [repo.commit("Vendor more", lines=50_000).oid, repo.commit("Vendor it", lines=1_000_000).oid, repo.tip()]
    repo.push()
    took = []
    for n in (1, 2, 3):
        wanted = {f"lines{i}": oid for i, oid in enumerate(oids[:n])}
        took.append(asked(client, queries.commit_details(n, 0), repository=repo.node_id, **wanted)[1])
    assert took[0] > 1
    assert took[1] - took[0] > 1.9
    text = queries.load("CommitHistory")
    assert asked(client, text, repository=repo.node_id, oid=oids[1], first=3)[1] < 0.2


def test_tags_by_date_cost_all_tags(client: Client, repo: Repository) -> None:
    few = asked(client, queries.load("Tags"), repository=repo.node_id, first=1)[1]
    for n in range(400):
        repo.tag(f"v{n}")
    many = asked(client, queries.load("Tags"), repository=repo.node_id, first=1)[1]
    assert many - few == pytest.approx(0.2)


def test_what_takes_too_long_is_told_in_turn_and_charged_twice(client: Client, repo: Repository) -> None:
    answers = [client.post(SIZES, repository=repo.node_id, first=100) for _ in range(4)]
    assert [a.status_code for a in answers] == [502, 504, 200, 502]
    assert answers[2].json()["data"] is None
    price = client.server.log[0].points
    assert price > 1
    assert answers[-1].headers["x-ratelimit-used"] == str(4 * price)
    server = client.server
    assert (server.timeouts, server.timeout_points, server.modelled_seconds) == (4, 4 * price, 40)
    client.world.move(hours=1)
    assert client.post(queries.load("Viewer")).headers["x-ratelimit-used"] == str(4 * price + 1)


def test_a_fault_waits_for_an_answer(client: Client, repo: Repository) -> None:
    fault = client.server.fail("graphql", "null_node", connection="pullRequests")
    asked(client, SIZES, repository=repo.node_id, first=100)
    assert fault.struck == 0
    asked(client, SIZES, repository=repo.node_id, first=10)
    assert fault.struck == 1


def test_a_state_of_repositories_is_weighed(client: Client, repo: Repository) -> None:
    text = queries.repository_states(1, 0)
    few, many = (asked(client, text, id0=repo.node_id, first=n)[1] for n in (1, 100))
    assert 0.2 < few == many < 0.4


def test_rest_takes_its_time_too(client: Client, repo: Repository) -> None:
    client.get("/repos/acme/engine/activity?per_page=100")
    assert client.server.modelled_seconds == pytest.approx(0.25)


def test_nothing_is_weighed_unless_asked(world: World, client: Client, repo: Repository) -> None:
    client.server = GitHubEmulator(world)
    assert asked(client, SIZES, repository=repo.node_id, first=100) == (200, 0)
