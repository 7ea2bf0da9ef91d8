"""The client keeps to the rate limits and the bounds of a run, and counts what failed requests cost."""

import asyncio

import httpx
import pytest

from collector.errors import BudgetExhausted
from collector.github import queries
from collector.github.client import (
    Bounds,
    RequestFailed,
)
from collector.github.page_size import PageSize
from collector.github.rate_limits import Viewer
from tests.github.scripted import API, CHEAP, GOOD, SECONDARY, Desk, shown

EMPTY = {"data": {"rateLimit": {"cost": 3}, "node": None}}
HEAVY_TEXT = queries.load("CommitHistory")


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


def test_points_of_questions_under_way_are_bounded_too() -> None:
    desk = Desk(CHEAP, bounds=Bounds(points=3))

    async def many() -> list[object]:
        ask = [desk.github.graphql("Issues", "query Issues { x }", {}, desk.meter) for _ in range(20)]
        return await asyncio.gather(*ask, return_exceptions=True)

    stopped = [found for found in asyncio.run(many()) if isinstance(found, BudgetExhausted)]
    assert (desk.meter.points, len(stopped)) == (3, 17)


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


def test_secondary_limit_that_asks_for_no_wait_is_waited_for_when_it_comes_again() -> None:
    desk = Desk((429, SECONDARY, {"retry-after": "0"}))
    with pytest.raises(BudgetExhausted, match="6 times in a row"):
        desk.ask()
    gaps = [b - a for a, b in zip(desk.script.at, desk.script.at[1:], strict=False)]
    assert gaps == [0, 60, 120, 240, 480]


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503])
def test_longer_waits_than_the_run_has_patience_for_end_it(status: int) -> None:
    for asked in ("7200", "1000000000", "Fri, 31 Dec 9999 23:59:59 GMT"):
        desk = Desk((status, SECONDARY, {"retry-after": asked}))
        with pytest.raises(BudgetExhausted, match="GitHub asks to wait"):
            desk.ask()
        assert desk.waits == []
        desk = Desk((status, SECONDARY, {"retry-after": "900"}), GOOD)
        desk.ask()
        assert desk.waits == [900]


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503])
@pytest.mark.parametrize("value", ["", "0", "-7", "²", "1e9", "soon", "9" * 5000, "Wed, 31 Dec 1969 00:00:00 GMT"])
def test_odd_headers_stop_nothing(status: int, value: str) -> None:
    names = ("retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-used", "date")
    odd = (status, SECONDARY, {name: value.encode() for name in names})
    desk = Desk(odd, odd, (200, GOOD, {name: value.encode() for name in names}), GOOD)
    assert desk.ask()["x"] == 1
    assert sum(desk.waits) <= 4 * 60


def test_primary_limit_is_waited_for_though_a_header_shows_points_left() -> None:
    told = {"x-ratelimit-remaining": "4000", "x-ratelimit-reset": str(1_767_225_600 + 300)}
    error = {"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": "API rate limit already exceeded"}
    desk, pages = Desk((200, {"errors": [error]}, told), GOOD), PageSize("issues")
    began = desk.now
    desk.ask(pages)
    assert desk.now - began == 301
    assert pages.size == 25
    assert (desk.meter.retries, desk.meter.requests) == (0, 2)
    desk = Desk((200, {"errors": [error]}, {**told, "x-ratelimit-reset": str(1_767_225_600 + 3000)}))
    with pytest.raises(BudgetExhausted, match="50 minutes"):
        desk.ask()


def test_questions_that_fail_are_counted_at_their_price() -> None:
    desk = Desk((502, b""), (500, b""), httpx.ReadTimeout("slow"), httpx.ReadError("cut"), EMPTY)
    desk.answer(HEAVY_TEXT, PageSize("releases"))  # pages of 100, 50, 50, 25 and 12: 2 points, then 1 each
    assert desk.meter.points == 2 + 1 + 1 + 1 + 3
    assert (desk.meter.timeouts, desk.meter.penalty_points) == (2, 2 + 1)
    assert desk.github.total.points == desk.meter.points


def test_what_github_did_not_charge_is_taken_back() -> None:
    desk = Desk((200, CHEAP, shown(11)), (502, b""), (200, CHEAP, shown(12)), (502, b""), (200, CHEAP, shown(14)))
    for _ in range(3):
        desk.ask()
    assert desk.meter.points == desk.github.total.points == 4


def test_what_never_reached_github_costs_nothing() -> None:
    desk = Desk(httpx.ConnectError("refused"), (403, SECONDARY, {"retry-after": "1"}), CHEAP)
    desk.ask()
    assert desk.meter.points == 1


def test_after_three_timeouts_without_a_word_on_the_budget_github_is_asked_for_it() -> None:
    left = {"resources": {"graphql": {"limit": 5000, "used": 4999, "remaining": 1, "reset": 1_767_225_600 + 600}}}
    desk = Desk((502, b""), (504, b""), (502, b""), left, GOOD)
    began = desk.now
    desk.ask(PageSize("releases"))
    urls = [str(r.url) for r in desk.script.requests]
    assert urls == [f"{API}/graphql"] * 3 + [f"{API}/rate_limit", f"{API}/graphql"]
    assert desk.now - began >= 601, "its one point is not enough"
    silent = Desk(*[(502, b""), (502, b""), (502, b""), (404, {"message": "Rate limiting is not enabled."})] * 2, GOOD)
    with pytest.raises(RequestFailed):
        silent.ask(PageSize("issues", 3))
    told = Desk(*[(504, b"", shown(5))] * 5, GOOD)
    told.ask()
    assert all(r.method == "POST" for r in told.script.requests)
