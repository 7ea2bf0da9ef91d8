"""The client sends, waits, tries again and gives up as it should; nothing here really waits."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from collector.errors import BudgetExhausted, GitHubUnreachable, NotAuthorised
from collector.github.client import Bounds, GitHub, Meter, NotAccepted, NotThere, RequestFailed, TooHeavy
from collector.github.http import Http
from collector.github.limits import Viewer
from collector.github.pages import PageSize

API = "https://api.github.com"
SECONDARY = {"message": "You have exceeded a secondary rate limit."}


class Script(httpx.AsyncBaseTransport):
    """Answers what it is told, in turn; the last answer for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.requests, self.at = list(answers), [], []
        self.clock: Callable[[], float] = lambda: 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        self.at.append(self.clock())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        if isinstance(body, bytes):
            return httpx.Response(status, content=body, headers=headers)
        return httpx.Response(status, json=body, headers=headers)


class Desk:
    """A client with scripted answers and a clock that only waiting moves."""

    def __init__(self, *answers: Any, bounds: Bounds | None = None, viewers: list[Viewer] | None = None) -> None:
        self.now, self.waits = 1_767_225_600.0, []
        self.script, self.meter = Script(*answers), Meter()
        self.script.clock = lambda: self.now
        self.github = GitHub(
            Http("test", self.script),
            API,
            f"{API}/graphql",
            viewers or [Viewer(["token"])],
            bounds or Bounds(),
            clock=lambda: self.now,
            monotonic=lambda: self.now,
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def ask(self, pages: PageSize | None = None, can_split: bool = False) -> Any:
        question = self.github.graphql("Issues", "query Issues { x }", {}, self.meter, pages, can_split)
        return asyncio.run(question).data

    def get(self, path: str = "/repos/a/b") -> Any:
        return asyncio.run(self.github.rest(path, {"per_page": "100"}, self.meter))


def first(request: httpx.Request) -> int:
    """The page size that a question asked for."""
    return int(json.loads(request.content)["variables"]["first"])


GOOD = {"data": {"rateLimit": {"cost": 3}, "x": 1}}


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


def test_question_that_can_be_split_is_not_asked_for_long() -> None:
    desk = Desk((502, b""))
    with pytest.raises(TooHeavy):
        desk.ask(can_split=True)
    assert len(desk.script.requests) == 2


def test_secondary_limit_is_waited_for_by_everybody() -> None:
    desk = Desk((403, SECONDARY, {"retry-after": "40"}), GOOD)

    async def both() -> None:
        ask = [desk.github.graphql("Issues", "query Issues { x }", {}, desk.meter) for _ in range(2)]
        first = asyncio.create_task(ask[0])
        await asyncio.sleep(0.01)
        await asyncio.gather(first, ask[1])

    began = desk.now
    asyncio.run(both())
    assert desk.script.at[0] == began
    assert all(at >= began + 40 for at in desk.script.at[1:])
    assert desk.meter.retries == 0


def test_secondary_limits_in_a_row_are_waited_for_longer_and_longer() -> None:
    told = (403, SECONDARY, {"retry-after": "10"})
    desk = Desk(told, told, told, GOOD)
    desk.ask()
    gaps = [b - a for a, b in zip(desk.script.at, desk.script.at[1:], strict=False)]
    assert gaps == [10, 60, 120]  # from the second time on, GitHub's documentation asks for a minute at least


def test_primary_limit_of_one_api_leaves_the_other_free() -> None:
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(1_767_225_600 + 300)}
    desk = Desk((403, {"message": "API rate limit exceeded"}, used_up), [1])
    began = desk.now
    assert desk.get() == ([1], None)
    assert desk.now == began + 301

    desk = Desk((200, {"errors": [{"type": "RATE_LIMITED", "message": "limit"}]}, used_up), [1], GOOD)

    async def both() -> None:
        question = asyncio.create_task(desk.github.graphql("Issues", "query Issues { x }", {}, desk.meter))
        while len(desk.script.requests) < 1:
            await asyncio.sleep(0)
        assert desk.github.viewers[0].wait("rest", "rest", 1, desk.now) == 0
        question.cancel()

    asyncio.run(both())


def test_budget_is_kept_before_it_is_hit() -> None:
    left = {"x-ratelimit-remaining": "2", "x-ratelimit-reset": str(1_767_225_600 + 600)}
    desk = Desk((200, GOOD, left), GOOD)
    desk.ask()
    began = desk.now
    desk.ask()  # the price is known to be 3, and 2 are left
    assert desk.script.at[1] - began == pytest.approx(601)


def test_budget_that_is_renewed_too_late_ends_the_run() -> None:
    left = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(1_767_225_600 + 3000)}
    desk = Desk((200, GOOD, left))
    desk.ask()
    with pytest.raises(BudgetExhausted, match="50 minutes"):
        desk.ask()
    assert len(desk.script.requests) == 1


def test_points_retries_and_time_are_bounded() -> None:
    desk = Desk(GOOD, bounds=Bounds(points=5))
    desk.ask()
    with pytest.raises(BudgetExhausted, match="--max-points"):
        desk.ask()
    desk = Desk((500, {}), bounds=Bounds(retries=4))
    with pytest.raises(BudgetExhausted, match="failed 5 times"):
        desk.ask()
    desk = Desk(GOOD, bounds=Bounds(seconds=10))
    desk.ask()
    desk.now += 11
    with pytest.raises(BudgetExhausted, match="time is up"):
        desk.ask()


def test_a_server_that_gives_nothing_usable_ends_the_run() -> None:
    desk = Desk((200, b"{nonsense"))
    for _ in range(3):
        with pytest.raises(RequestFailed):
            desk.ask()
    with pytest.raises(GitHubUnreachable, match="no usable answer 30 times in a row"):
        desk.ask()
    assert len(desk.script.requests) == 30


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


def test_next_page_of_a_rest_list() -> None:
    link = f'<{API}/x?after=b>; rel="next", <{API}/x>; rel="first"'
    assert Desk((200, [1], {"link": link})).get() == ([1], f"{API}/x?after=b")
    assert Desk((200, [1], {"link": f'<{API}/x>; rel="first"'})).get() == ([1], None)


def test_where_a_resource_has_moved() -> None:
    desk = Desk((301, {}, {"location": f"{API}/repositories/7/issues/3"}), {"number": 3})
    assert asyncio.run(desk.github.moved_to("/repos/a/b/issues/1", desk.meter)) == f"{API}/repositories/7/issues/3"
    assert asyncio.run(desk.github.moved_to("/repos/a/b/issues/1", desk.meter)) is None


def test_viewers_share_the_work() -> None:
    viewers = [Viewer(["one"]), Viewer(["two"])]
    desk = Desk(GOOD, viewers=viewers)
    viewers[0].block(desk.now + 50)
    desk.ask()
    assert desk.script.requests[0].headers["authorization"] == "Bearer two"
    assert desk.waits == []


def test_next_question_waits_for_an_answer_where_enough_are_under_way() -> None:
    viewer = Viewer(["token"])
    viewer.at_once = 2
    desk = Desk(GOOD, viewers=[viewer])
    answer, under_way = desk.script.handle_async_request, [0]

    async def slowly(request: httpx.Request) -> httpx.Response:
        under_way.append(under_way[-1] + 1)
        for _ in range(5):
            await asyncio.sleep(0)
        under_way.append(under_way[-1] - 1)
        return await answer(request)

    desk.script.handle_async_request = slowly  # type: ignore[method-assign]

    async def all_at_once() -> None:
        await asyncio.gather(*(desk.github.graphql("Issues", "query Issues { x }", {}, desk.meter) for _ in range(7)))

    asyncio.run(all_at_once())
    assert len(desk.script.requests) == 7
    assert max(under_way) == 2
    assert desk.waits == []
