"""Paging: value cursors over lists that move, and offsets into a pinned history."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collector.emulator.pagination import decode, encode, window
from collector.emulator.times import later
from tests.emulator.client import Client

OLDEST_UPDATE = {"field": "UPDATED_AT", "direction": "ASC"}
NEWEST_UPDATE = {"field": "UPDATED_AT", "direction": "DESC"}


def ten_issues(client: Client) -> tuple[Any, list[Any]]:
    repo = client.world.repository("acme/engine", "2025-01-01")
    ada = client.world.user("ada")
    return repo, [repo.issue(f"Issue {n}", ada, later("2025-06-01", days=n)) for n in range(10)]


def test_an_item_touched_while_paging_moves(client: Client) -> None:
    repo, issues = ten_issues(client)
    first = client.ask("Issues", repository=repo.node_id, first=5, order=NEWEST_UPDATE)["node"]["issues"]
    issues[2].comment(None, at="2026-01-02")
    client.world.move("2026-01-02")
    cursor = first["pageInfo"]["endCursor"]
    second = client.ask("Issues", repository=repo.node_id, first=5, after=cursor, order=NEWEST_UPDATE)["node"]["issues"]
    assert [n["number"] for n in first["nodes"]] == [10, 9, 8, 7, 6]
    assert [n["number"] for n in second["nodes"]] == [5, 4, 2, 1]  # 3 went before the cursor
    assert not second["pageInfo"]["hasNextPage"]
    assert second["totalCount"] == 10


def test_oldest_first_shows_the_touched_item_again(client: Client) -> None:
    repo, issues = ten_issues(client)
    first = client.ask("Issues", repository=repo.node_id, first=5, order=OLDEST_UPDATE)["node"]["issues"]
    issues[2].comment(None, at="2026-01-02")
    client.world.move("2026-01-02")
    cursor = first["pageInfo"]["endCursor"]
    second = client.ask("Issues", repository=repo.node_id, first=9, after=cursor, order=OLDEST_UPDATE)["node"]["issues"]
    assert [n["number"] for n in second["nodes"]] == [6, 7, 8, 9, 10, 3]


def test_history_is_paged_by_oid_and_offset(client: Client, walk: Callable[..., Any]) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    for n in range(7):
        repo.commit(f"Commit {n}", at=later("2025-02-01", days=n))
    repo.push()
    head = repo.tip()
    page = client.ask("CommitHistory", repository=repo.node_id, oid=head, first=3)["node"]["object"]["history"]
    assert [c["messageHeadline"] for c in page["nodes"]] == ["Commit 6", "Commit 5", "Commit 4"]
    assert page["pageInfo"] == {"hasNextPage": True, "endCursor": f"{head} 2"}
    after = page["pageInfo"]["endCursor"]
    rest = client.ask("CommitHistory", repository=repo.node_id, oid=head, first=4, after=after)
    assert [c["messageHeadline"][-1] for c in rest["node"]["object"]["history"]["nodes"]] == ["3", "2", "1", "0"]
    assert not rest["node"]["object"]["history"]["pageInfo"]["hasNextPage"]


@given(st.lists(st.integers(0, 20), max_size=40), st.integers(1, 7), st.booleans())
def test_pages_of_a_list_at_rest_are_the_list(dates: list[int], size: int, descending: bool) -> None:
    items = [(f"{date:03}", number) for number, date in enumerate(dates)]
    seen: list[tuple[str, int]] = []
    after, more = None, True
    while more:
        page, more = window(items, lambda i: i, size, after, descending)
        seen += page
        after = encode(page[-1]) if page else None
    assert seen == sorted(items, reverse=descending)


@given(st.lists(st.integers() | st.text()))
def test_cursors_come_back(value: list[int | str]) -> None:
    assert decode(encode(value)) == value
