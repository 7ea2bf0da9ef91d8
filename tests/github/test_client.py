"""The client sends, waits, tries again and gives up as it should; nothing here really waits."""

import asyncio
from typing import Any

import httpx
import pytest

from collector.errors import GitHubUnreachable, NotAuthorised, UsageError
from collector.github.client import (
    NotAccepted,
    NotThere,
    RequestFailed,
    TooHeavy,
)
from collector.github.page_size import PageSize
from collector.github.rate_limits import Viewer
from tests.github.scripted import API, GOOD, Desk, first, shown


def test_answer_and_its_price() -> None:
    desk = Desk(GOOD)
    assert desk.ask()["x"] == 1
    assert (desk.meter.requests, desk.meter.points, desk.github.total.points) == (1, 3, 3)
    assert desk.script.requests[0].headers["authorization"] == "Bearer token"
    assert desk.waits == []


@pytest.mark.parametrize(
    "bad",
    [
        (502, b"<html></html>"),
        (500, {"message": "Server Error"}),
        (200, b"<html></html>"),
        (200, b'{"data":'),
        (200, {"data": None, "errors": [{"message": "This may be the result of a timeout"}]}),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("cut"),
    ],
)
def test_bad_answer_is_asked_for_again(bad: Any) -> None:
    desk = Desk(bad, bad, GOOD)
    assert desk.ask()["x"] == 1
    assert desk.meter.retries == 2
    assert len(desk.waits) == 2
    assert all(0 <= wait <= 30 for wait in desk.waits)


def test_gives_up_in_the_end() -> None:
    desk = Desk((500, {"message": "Server Error"}))
    with pytest.raises(RequestFailed, match="no usable answer to Issues"):
        desk.ask()
    assert len(desk.script.requests) == 9


def test_heavy_page_is_halved_until_it_is_borne() -> None:
    desk, pages = Desk((502, b""), (504, b""), httpx.ReadTimeout("slow"), GOOD), PageSize("releases")
    desk.ask(pages)
    assert pages.size == 12
    assert [first(r) for r in desk.script.requests if r.method == "POST"] == [100, 50, 25, 12]


def test_page_is_not_halved_for_what_is_no_weight() -> None:
    desk, pages = Desk((500, {}), (503, {}), httpx.ConnectError("refused"), GOOD), PageSize("issues")
    desk.ask(pages)
    assert pages.size == 25


def test_page_of_one_that_is_too_heavy_is_not_asked_for_long() -> None:
    desk, pages = Desk((502, b"")), PageSize("issues", 3)
    with pytest.raises(TooHeavy):
        desk.ask(pages)
    assert [first(r) for r in desk.script.requests if r.method == "POST"] == [3, 1, 1, 1]
    assert sum(desk.waits) >= 15, "a short outage looks the same"


def test_weight_that_is_not_of_a_page_is_asked_for_as_long_as_any_trouble() -> None:
    desk = Desk((502, b"", {"x-ratelimit-remaining": "9"}))
    with pytest.raises(RequestFailed) as raised:
        desk.ask()
    assert not isinstance(raised.value, TooHeavy)
    assert len(desk.script.requests) == 9


def test_question_that_can_be_split_is_not_asked_for_long() -> None:
    desk = Desk((502, b""))
    with pytest.raises(TooHeavy):
        desk.ask(can_split=True)
    assert len(desk.script.requests) == 2


def test_a_server_that_gives_nothing_usable_ends_the_run() -> None:
    desk = Desk((200, b"{nonsense"))
    for _ in range(3):
        with pytest.raises(RequestFailed):
            desk.ask()
    with pytest.raises(GitHubUnreachable, match="no usable answer 30 times in a row"):
        desk.ask()
    assert len(desk.script.requests) == 30 + 1  # the last one asks whether GitHub is there


def test_objects_that_github_never_answers_for_are_no_server_that_is_not_there() -> None:
    desk = Desk(*[(500, {})] * 30, GOOD, *[(500, {})] * 6)
    for _ in range(4):
        with pytest.raises(RequestFailed):
            desk.ask()
    assert len(desk.script.requests) == 37


def test_one_good_answer_between_shows_that_the_server_is_there() -> None:
    desk = Desk(*([(500, {})] * 8 + [GOOD]) * 4, GOOD)
    for _ in range(4):
        assert desk.ask()["x"] == 1


def test_nobody_there() -> None:
    desk = Desk(httpx.ConnectError("refused"))
    with pytest.raises(GitHubUnreachable, match="cannot be reached") as raised:
        desk.ask()
    assert raised.value.exit_code == 6
    assert len(desk.script.requests) == 4


def test_token_that_is_refused_is_not_shown() -> None:
    desk = Desk((401, {"message": "Bad credentials"}), viewers=[Viewer(["secret-token"])])
    with pytest.raises(NotAuthorised) as raised:
        desk.ask()
    assert "secret-token" not in str(raised.value)
    assert len(desk.script.requests) == 1


def test_question_that_is_wrong_is_asked_once() -> None:
    desk = Desk({"errors": [{"message": "Field 'x' doesn't exist"}]})
    with pytest.raises(NotAccepted, match="doesn't exist"):
        desk.ask()
    assert len(desk.script.requests) == 1


@pytest.mark.parametrize(("status", "reason"), [(404, "not_found"), (409, "empty"), (410, "gone"), (451, "blocked")])
def test_rest_says_what_is_missing(status: int, reason: str) -> None:
    desk = Desk((status, {"message": "No"}))
    with pytest.raises(NotThere) as raised:
        desk.get()
    assert raised.value.reason == reason
    assert len(desk.script.requests) == 1


def test_redirects_are_followed_within_github_only() -> None:
    desk = Desk((301, {}, {"location": f"{API}/repositories/7/activity"}), [1])
    assert desk.get() == ([1], None)
    assert desk.script.requests[1].url == f"{API}/repositories/7/activity"
    desk = Desk((301, {}, {"location": "https://elsewhere.example/x"}), [1])
    with pytest.raises(NotThere):
        desk.get()
    assert len(desk.script.requests) == 1
    desk = Desk((301, {}, {"location": f"{API}/round"}))
    with pytest.raises(NotThere):
        desk.get()
    assert len(desk.script.requests) <= 4


def test_not_modified_without_an_etag_is_no_answer() -> None:
    assert Desk((304, {}), [1]).get() == ([1], None)


def test_next_page_of_a_rest_list() -> None:
    link = f'<{API}/x?after=b>; rel="next", <{API}/x>; rel="first"'
    assert Desk((200, [1], {"link": link})).get() == ([1], f"{API}/x?after=b")
    assert Desk((200, [1], {"link": f'<{API}/x>; rel="first"'})).get() == ([1], None)


def test_where_a_resource_has_moved() -> None:
    desk = Desk((301, {}, {"location": f"{API}/repositories/7/issues/3"}), {"number": 3})
    assert asyncio.run(desk.github.moved_to("/repos/a/b/issues/1", desk.meter)) == f"{API}/repositories/7/issues/3"
    assert asyncio.run(desk.github.moved_to("/repos/a/b/issues/1", desk.meter)) is None


def test_sizes_begin_as_they_were_learnt() -> None:
    github = Desk(GOOD).github
    assert github.pages("issues").size == 25
    pages = PageSize("issues", 12)
    github.learn_size(pages)
    assert github.sizes == {}, "nothing was asked for"
    pages.worked()
    github.learn_size(pages)
    assert github.sizes == {"issues": 12}
    assert github.pages("issues").size == 12
    assert github.pages("issues", known=6).size == 6
    assert github.pages("commits").size == 50


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_graphql_that_has_moved(status: int) -> None:
    desk = Desk((status, b"", {"location": f"{API}/api/graphql"}))
    with pytest.raises(UsageError) as raised:
        desk.ask()
    assert f"has moved to {API}/api/graphql" in raised.value.message
    assert raised.value.next_step == "Set GITHUB_GRAPHQL_URL to that."
    desk = Desk((status, b"", {"location": "https://login.example/portal"}))
    with pytest.raises(GitHubUnreachable, match=r"login\.example"):
        desk.ask()
    assert len(desk.script.requests) == 3


@pytest.mark.parametrize("location", [f"{API}/", f"{API}/graphql", "https://login.example/portal"])
def test_a_redirect_is_an_odd_response_once_graphql_has_answered(location: str) -> None:
    moved = (302, b"", {"location": location})
    desk = Desk(moved, moved, GOOD, moved)
    assert desk.ask()["x"] == 1
    with pytest.raises(RequestFailed, match="a redirect to"):
        desk.ask()


def test_heavy_pages_that_shrink_are_no_sign_of_a_server_that_is_not_there() -> None:
    desk = Desk(*([(502, b"", shown(1))] * 5 + [(500, b"")]) * 7, GOOD)
    for _ in range(7):
        with pytest.raises((RequestFailed, TooHeavy)):
            desk.ask(PageSize("issues", 49), can_split=True)
