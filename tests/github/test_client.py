"""The client sends, waits, tries again and gives up as it should; nothing here really waits."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import graphql
import httpx
import pytest

from collector.errors import BudgetExhausted, GitHubUnreachable, NotAuthorised, UsageError
from collector.github import older_schemas, queries
from collector.github.client import (
    Bounds,
    Forbidden,
    GitHub,
    Meter,
    NotAccepted,
    NotThere,
    RequestFailed,
    SchemaChanged,
    TooHeavy,
    require,
)
from collector.github.http import Http
from collector.github.page_size import PageSize
from collector.github.query_parsing import schema
from collector.github.rate_limits import Viewer
from collector.github.responses import Absence, Good

API = "https://api.github.com"
SECONDARY = {"message": "You have exceeded a secondary rate limit."}


class Script(httpx.AsyncBaseTransport):
    """Answers what it is told, in turn; the last answer for ever. An answer may be a function of the request."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.at: list[float] = []
        self.clock: Callable[[], float] = lambda: 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        self.at.append(self.clock())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        if isinstance(body, bytes):
            return httpx.Response(status, content=body, headers=headers)
        return httpx.Response(status, json=body, headers=headers)


class Desk:
    """A client with scripted answers and a clock that only waiting moves."""

    def __init__(self, *answers: Any, bounds: Bounds | None = None, viewers: list[Viewer] | None = None) -> None:
        self.now = 1_767_225_600.0
        self.waits: list[float] = []
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
        return self.answer("query Issues { x }", pages, can_split).data

    def answer(self, text: str, pages: PageSize | None = None, can_split: bool = False, holes: bool = False) -> Good:
        question = self.github.graphql("Issues", text, {}, self.meter, pages, can_split, holes)
        return asyncio.run(question)

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


CHEAP = {"data": {"rateLimit": {"cost": 1}, "x": 1}}
HEAVY_TEXT = queries.load("CommitHistory")


def shown(used: int) -> dict[str, str]:
    return {
        "x-ratelimit-remaining": str(5000 - used),
        "x-ratelimit-used": str(used),
        "x-ratelimit-reset": str(1_767_225_600 + 3000),
    }


def test_questions_that_fail_are_counted_at_their_price() -> None:
    desk = Desk((502, b""), (500, b""), httpx.ReadTimeout("slow"), httpx.ReadError("cut"), GOOD)
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


LISTING = queries.load("Issues")
WHERE = ["node", "issues", "nodes", 0]


def issues(*errors: dict[str, Any], nodes: Any = ({"author": None}, None)) -> dict[str, Any]:
    """An answer to the list of issues, with errors."""
    return {"data": {"rateLimit": {"cost": 1}, "node": {"issues": {"nodes": nodes}}}, "errors": list(errors)}


HIDDEN = {"type": "FORBIDDEN", "message": "SAML", "path": [*WHERE, "author"], "extensions": {"saml_failure": True}}
LOST = {"type": "INTERNAL", "message": "Odd", "path": ["node", "issues", "nodes", 1, "body"]}


def test_holes_of_permission_are_taken_at_once_by_whoever_wants_them() -> None:
    desk, pages = Desk(issues(HIDDEN)), PageSize("issues")
    answer = desk.answer(LISTING, pages, holes=True)
    assert [(hole.path, hole.kind) for hole in answer.holes] == [((*WHERE, "author"), "FORBIDDEN")]
    assert len(desk.script.requests) == 1
    assert pages.good == 1


def test_other_holes_are_taken_when_they_come_again_and_again() -> None:
    desk, pages = Desk(issues(HIDDEN, LOST)), PageSize("issues")
    answer = desk.answer(LISTING, pages, holes=True)
    assert [hole.path for hole in answer.holes] == [(*WHERE, "author"), ("node", "issues", "nodes", 1)]
    assert answer.holes[1].at == ("node", "issues", "nodes", 1, "body")
    assert [first(r) for r in desk.script.requests] == [25, 25, 25], "the same question"
    desk = Desk(issues(LOST), issues(HIDDEN))
    assert len(desk.answer(LISTING, PageSize("issues"), holes=True).holes) == 1
    assert len(desk.script.requests) == 2


def test_holes_that_nobody_wants_make_no_answer() -> None:
    desk, pages = Desk(issues(HIDDEN)), PageSize("issues", 2)
    with pytest.raises(TooHeavy, match="FORBIDDEN: SAML"):
        desk.answer(LISTING, pages)
    assert pages.size == 1


@pytest.mark.parametrize(
    "error",
    [
        {"type": "FORBIDDEN", "message": "SAML", "path": ["node", "issues", "nodes"]},
        {"type": "INTERNAL", "message": "Odd", "path": ["node", "issues", "nodes"]},
        {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits", "path": ["node", "issues", "nodes"]},
    ],
)
def test_a_list_that_is_missing_is_never_taken_for_a_hole(error: dict[str, Any]) -> None:
    desk = Desk(issues(error, nodes=None))
    with pytest.raises(RequestFailed):
        desk.answer(LISTING, PageSize("issues", 1), holes=True)


def test_resource_limits_are_never_taken_for_holes() -> None:
    cut = {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits", "path": ["node", "issues", "nodes", 1]}
    desk = Desk(issues(cut), CHEAP)
    assert desk.answer(LISTING, PageSize("issues"), holes=True).holes == ()
    assert len(desk.script.requests) == 2


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("'acme' forbids access via a personal access token (classic).", "fine-grained token"),
        (
            "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime "
            "is greater than 366 days.",
            "shorter lifetime",
        ),
        (
            "Resource protected by organization SAML enforcement.",
            "Authorise the token",
        ),
        ("the `acme` organization has an IP allow list enabled, and your IP address is not permitted", "address"),
        ("Resource not accessible by integration", "personal token"),
        ("Nobody knows", "another kind of token"),
    ],
)
def test_what_a_token_may_not_see_is_told_in_github_s_words_and_what_to_do(said: str, step: str) -> None:
    refused = (403, {"message": said}, {"x-ratelimit-remaining": "4000"})
    with pytest.raises(Forbidden) as raised:
        Desk(refused).get()
    assert (raised.value.reason, raised.value.said) == ("forbidden", said)
    with pytest.raises(Forbidden) as everything:
        Desk(refused).ask()
    for error in (raised.value, everything.value):
        assert said.rstrip(".") in error.message
        assert step in (error.next_step or "")


def test_what_an_answer_must_have() -> None:
    answer = Good(
        {"node": {"issues": None, "name": "x"}, "n0": None, "n1": None},
        {"n0": Absence("forbidden", "SAML"), "issues": Absence("blocked", "DMCA")},
    )
    assert require(answer, "node", "acme/core") == answer.data["node"]
    assert require(answer, "node.name", "acme/core") == "x"
    with pytest.raises(Forbidden, match="does not show acme/core to this token: SAML"):
        require(answer, "n0", "acme/core")
    with pytest.raises(NotThere) as raised:
        require(answer, "n1", "acme/core")
    assert raised.value.reason == "not_found"
    with pytest.raises(NotThere) as raised:
        require(answer, "node.issues", "issues of acme/core")
    assert raised.value.reason == "blocked"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_graphql_that_has_moved_is_said_at_once(status: int) -> None:
    desk = Desk((status, b"", {"location": f"{API}/api/graphql"}))
    with pytest.raises(UsageError) as raised:
        desk.ask()
    assert f"has moved to {API}/api/graphql" in raised.value.message
    assert raised.value.next_step == "Set GITHUB_GRAPHQL_URL to that."
    desk = Desk((status, b"", {"location": "https://login.example/portal"}))
    with pytest.raises(GitHubUnreachable, match=r"login\.example"):
        desk.ask()
    assert len(desk.script.requests) == 1


def test_end_of_the_rest_version_is_said() -> None:
    said = "API version 2022-11-28 is no longer supported. Please use a supported version."
    desk = Desk((410, {"message": said}))
    with pytest.raises(SchemaChanged, match="no longer serves the requested version") as raised:
        desk.get()
    assert raised.value.exit_code == 1
    assert len(desk.script.requests) == 1


def test_what_is_announced_is_kept() -> None:
    sunset = {"deprecation": "true", "sunset": "Wed, 01 Mar 2028 00:00:00 GMT"}
    desk = Desk((200, [1], sunset), [2])
    desk.get()
    desk.get()
    assert desk.github.announced == sunset


def test_heavy_pages_that_shrink_are_no_sign_of_a_server_that_is_not_there() -> None:
    desk = Desk(*([(502, b"", shown(1))] * 5 + [(500, b"")]) * 7, GOOD)
    for _ in range(7):
        with pytest.raises((RequestFailed, TooHeavy)):
            desk.ask(PageSize("issues", 49), can_split=True)


def introspected(without: str = "") -> dict[str, Any]:
    """What a server answers that has all but one line of the schema."""
    text = graphql.print_schema(schema())
    assert without in text
    there = graphql.build_schema(text.replace(without, ""))
    return {"data": graphql.graphql_sync(there, older_schemas.introspection()).data}


UNKNOWN = {
    "extensions": {"code": "undefinedField"},
    "message": "Field 'verifiedAt' doesn't exist on type 'Signature'",
}


def test_what_a_server_lacks_is_left_out_after_one_look() -> None:
    desk = Desk({"errors": [UNKNOWN]}, introspected("  verifiedAt: DateTime\n"), CHEAP)
    assert desk.answer(HEAVY_TEXT, PageSize("commits")).data["x"] == 1
    assert "GitSignature.verifiedAt" in desk.github.lacks
    asked = [json.loads(r.content)["query"] for r in desk.script.requests]
    assert ["verifiedAt" in text for text in asked] == [True, False, False]
    desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 4
    assert desk.meter.retries == 0


def test_questions_at_once_look_once() -> None:
    schema_told = introspected("  verifiedAt: DateTime\n")

    def answer(request: httpx.Request) -> Any:
        if b"__type(" in request.content:
            return schema_told
        return {"errors": [UNKNOWN]} if b"verifiedAt" in request.content else CHEAP

    desk = Desk(answer)
    handle = desk.script.handle_async_request

    async def slowly(request: httpx.Request) -> httpx.Response:
        for _ in range(5):
            await asyncio.sleep(0)
        return await handle(request)

    desk.script.handle_async_request = slowly  # type: ignore[method-assign]

    async def both() -> None:
        ask = [desk.github.graphql("CommitHistory", HEAVY_TEXT, {}, desk.meter) for _ in range(2)]
        await asyncio.gather(*ask)

    asyncio.run(both())
    assert len(desk.script.requests) == 5


def test_what_cannot_be_done_without_ends_the_run_at_once() -> None:
    error = {**UNKNOWN, "message": "Field 'committedDate' doesn't exist on type 'Commit'"}
    desk = Desk({"errors": [error]}, introspected("  committedDate: DateTime!\n"))
    with pytest.raises(SchemaChanged, match=r"no Commit\.committedDate"):
        desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 2
    with pytest.raises(SchemaChanged, match=r"no Commit\.committedDate"):
        desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 2, "no need to ask"


@pytest.mark.parametrize(
    "answer", [introspected(), {"errors": [UNKNOWN]}, {"errors": [{"message": "Introspection is off"}]}, {"data": {}}]
)
def test_a_refusal_that_the_schema_does_not_explain_is_told_in_github_s_words(answer: Any) -> None:
    desk = Desk({"errors": [UNKNOWN]}, answer, {"errors": [UNKNOWN]})
    with pytest.raises(SchemaChanged, match="'verifiedAt' doesn't exist"):
        desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 2
