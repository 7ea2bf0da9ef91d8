"""Sends requests when GitHub's limits allow it, waits when GitHub says so, and keeps the accounts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.errors import BudgetExhausted, GitHubUnreachable
from collector.github import auth
from collector.github import headers as h
from collector.github import responses as d
from collector.github.budget import Bounds, Meter
from collector.github.http import Answer, Http, NetworkError
from collector.github.rate_limits import Api, Viewer
from collector.github.server_time import LIMIT

CONNECT_ATTEMPTS = 4
# So often in a row may a limit be told to one request.
TOLD_AT_MOST = 5
# So many time-outs without a word on the budget, and GitHub is asked for it.
BLIND_TIMEOUTS = 3
# What a question is taken to cost before it was first answered.
UNKNOWN_COST = 4
REST_VERSION = "2022-11-28"


class TryAgain(Exception):
    """The next try may bring an answer: after `seconds` when GitHub said so, with a smaller page when `shrink`."""

    def __init__(self, why: str, seconds: float | None = None, shrink: bool = False) -> None:
        super().__init__(why)
        self.seconds, self.shrink = seconds, shrink


@dataclass(frozen=True)
class Question:
    """What is sent. `price` computes the points of a GraphQL question, for when the answer does not tell them."""

    api: Api
    name: str
    url: str
    params: Mapping[str, str] | None = None
    json: Any = None
    price: Callable[[], int] = lambda: 0


@dataclass
class Sender:
    """All requests of a run go through here."""

    http: Http
    api_url: str
    viewers: list[Viewer]
    bounds: Bounds
    clock: Callable[[], float]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    total: Meter = field(default_factory=Meter)
    costs: dict[str, int] = field(default_factory=dict)
    reached: bool = False
    connect_failures: int = 0
    sent: int = 0
    ahead: float | None = None  # seconds by which this machine's clock is ahead of GitHub's
    announced: dict[str, str] = field(default_factory=dict)  # the headers Deprecation and Sunset, as last told

    def __post_init__(self) -> None:
        self.began = self.monotonic()
        self._answered = asyncio.Event()

    async def send(self, question: Question, meter: Meter) -> tuple[d.Outcome, Answer]:
        """Send when the limits allow it; told to wait by GitHub, wait and send again.

        Raises TryAgain when no answer comes, BudgetExhausted and GitHubUnreachable.
        """
        told = 0
        while True:
            viewer = await self._admitted(question, meter)
            outcome, answer = await self._exchange(viewer, question, meter)
            if viewer.blind_timeouts >= BLIND_TIMEOUTS:
                await self._ask_for_budget(viewer, meter)
            if not isinstance(outcome, d.Limited):
                return outcome, answer
            told += 1
            self._obey(viewer, question.api, outcome, told)

    async def rest_for(self, seconds: float, meter: Meter) -> None:
        """Wait, unless the run's time would be up before."""
        if self.monotonic() + seconds - self.began > self.bounds.seconds:
            raise BudgetExhausted("The run's time is up.", "Run the same command again: it goes on from here.")
        for one in (meter, self.total):
            one.waited += seconds
        await self.sleep(seconds)

    def check_wait(self, seconds: float, why: str) -> None:
        """Raise BudgetExhausted when GitHub asks for a longer wait than the run may take, as by Retry-After."""
        if seconds > self.bounds.longest_wait:
            raise BudgetExhausted(
                f"GitHub asks to wait {_in_words(seconds)} ({why}).",
                "Run the same command again later: it goes on from here.",
            )

    def _obey(self, viewer: Viewer, api: Api, limited: d.Limited, told: int) -> None:
        """Let nothing be sent for as long as GitHub asks; twice as long each time that it says so in a row.

        Where it asks for no wait and says so again, at least as long as its documentation asks for.
        """
        seconds = limited.seconds if told == 1 else max(limited.seconds, h.LEAST_WAIT / 2) * 2 ** (told - 1)
        until = self.monotonic() + seconds
        if limited.everything:
            viewer.block(until)
        else:
            viewer.budgets[api].remaining, viewer.budgets[api].renewed_at = 0, until
        if told > TOLD_AT_MOST:
            raise BudgetExhausted(
                f"GitHub has told of a limit {told} times in a row ({limited.why}).",
                "Run the same command again later: it goes on from here.",
            )
        self.check_wait(seconds, limited.why)

    async def _exchange(self, viewer: Viewer, question: Question, meter: Meter) -> tuple[d.Outcome, Answer]:
        """One request and its answer, with all accounts kept."""
        api, name = question.api, question.name
        cost = self._expected(question)
        token = viewer.next_token()
        request_headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        if api == "rest":
            request_headers |= {"accept": "application/vnd.github+json", "x-github-api-version": REST_VERSION}
        self.sent += 1
        number, took = self.sent, 0.0
        reserved = viewer.start(api, name, cost, self.monotonic())
        try:
            method = "POST" if api == "graphql" else "GET"
            answer = await self.http.send(method, question.url, request_headers, question.params, question.json)
            took, self.reached, self.connect_failures = answer.took, True, 0
        except NetworkError as error:
            if not error.connected:
                self._count_connect_failure(error)
            elif api == "graphql":
                took = LIMIT if error.timed_out else 0.0
                self._pay_for_nothing(viewer, question, meter, {}, error.timed_out)
            raise TryAgain(str(error), shrink=error.connected) from None
        finally:
            for one in (meter, self.total):
                one.requests += 1
            viewer.finish(api, name, cost, self.monotonic(), reserved, took)
            self._answered.set()
            self._answered = asyncio.Event()
        answer = answer._replace(body=auth.redacted(answer.body, token))
        decide = d.of_graphql if api == "graphql" else d.of_rest
        outcome = decide(answer.status, answer.headers, answer.body, self.clock())
        for one in (meter, self.total):
            one.bytes += len(answer.body)
        self._learn(viewer, api, answer.headers)
        self._pay(viewer, question, meter, outcome, answer.headers)
        if api == "graphql" and not isinstance(outcome, d.Limited):  # such an answer's counts may be of another limit
            self._compare(viewer, answer.headers, number)
        return outcome, answer

    def _pay(self, viewer: Viewer, question: Question, meter: Meter, outcome: d.Outcome, headers: h.Headers) -> None:
        """Count what an answer cost: as it says itself, else what such a question costs."""
        timed_out = isinstance(outcome, d.Transient) and outcome.timed_out
        if question.api == "rest":
            if timed_out:
                self._count_timeout(viewer, meter, 0)
            return
        match outcome:
            case d.Good(data):
                cost = _told_cost(data) or question.price()
                self.costs[question.name] = cost
                viewer.ledger.count(cost)
                for one in (meter, self.total):
                    one.points += cost
            case d.Transient() | d.Missing(reason="forbidden"):
                self._pay_for_nothing(viewer, question, meter, headers, timed_out)
            case d.Broken() | d.NotInSchema():
                self._doubt(viewer, meter, 1, headers)
            case _:
                pass  # a limit, a refused token and another address take nothing

    def _pay_for_nothing(
        self, viewer: Viewer, question: Question, meter: Meter, headers: h.Headers, timed_out: bool
    ) -> None:
        """Count a question that was not answered; GitHub takes a time-out's points off the next hour, too."""
        cost = question.price()
        self._doubt(viewer, meter, cost, headers)
        if timed_out:
            self._count_timeout(viewer, meter, cost)

    def _doubt(self, viewer: Viewer, meter: Meter, cost: int, headers: h.Headers) -> None:
        """Count points that GitHub may not have taken: the ledger gives back what later turns out not to be."""
        meters = (meter, self.total)
        for one in meters:
            one.points += cost
        viewer.ledger.doubt(cost, meters, self.sent)
        if h.remaining(headers) is None:
            viewer.budgets["graphql"].spend(cost)

    def _count_timeout(self, viewer: Viewer, meter: Meter, penalty: int) -> None:
        viewer.blind_timeouts += 1
        for one in (meter, self.total):
            one.timeouts += 1
            one.penalty_points += penalty

    def _learn(self, viewer: Viewer, api: Api, headers: h.Headers) -> None:
        """Take over what an answer's headers say of the budget, of GitHub's clock and of changes to come."""
        date = h.date(headers)
        if date is not None:
            self.ahead = self.clock() - date
        self.announced.update({name: headers[name] for name in ("deprecation", "sunset") if name in headers})
        left = h.remaining(headers)
        if left is None:
            return
        viewer.blind_timeouts = 0
        viewer.budgets[api].learn(left, h.seconds_to_reset(headers, self.clock()), self.monotonic())

    def _compare(self, viewer: Viewer, headers: h.Headers, number: int) -> None:
        """Hold our count of points against GitHub's, as of the answer to question `number`."""
        used, window = h.used(headers), h.reset(headers)
        if used is not None and window is not None:
            viewer.ledger.tell(used, window)
            if not viewer.questions_under_way:
                viewer.ledger.settle(number)

    async def _ask_for_budget(self, viewer: Viewer, meter: Meter) -> None:
        """Ask what is left after time-outs that did not say so. That is free, and fails without harm.

        https://docs.github.com/en/rest/rate-limit/rate-limit
        """
        viewer.blind_timeouts = 0
        question, number = Question("rest", "rate_limit", f"{self.api_url}/rate_limit"), self.sent + 1
        try:
            outcome, _ = await self._exchange(viewer, question, meter)
            if isinstance(outcome, d.Limited):
                self._obey(viewer, "rest", outcome, told=1)
            told = outcome.data["resources"]["graphql"] if isinstance(outcome, d.Good) else {}
            shown = {f"x-ratelimit-{name}": str(told[name]) for name in ("remaining", "used", "reset")}
        except (TryAgain, KeyError, TypeError):
            return
        self._learn(viewer, "graphql", shown)
        self._compare(viewer, shown, number)

    def _expected(self, question: Question) -> int:
        """What a request will cost; where points are bounded, not less than it can."""
        if question.api == "rest":
            return 1
        known = self.costs.get(question.name)
        return max(known or 0, question.price()) if self.bounds.points is not None else known or UNKNOWN_COST

    async def _admitted(self, question: Question, meter: Meter) -> Viewer:
        """The viewer whose limits allow the request soonest, once they do."""
        api, name, cost = question.api, question.name, self._expected(question)
        while True:
            if api == "graphql":
                self._check_points(cost)
            now = self.monotonic()
            if now - self.began > self.bounds.seconds:
                raise BudgetExhausted("The run's time is up.", "Run the same command again: it goes on from here.")
            wait, full, viewer = min(
                (v.wait(api, name, cost, now), v.full(api, now), i) for i, v in enumerate(self.viewers)
            )
            if wait <= 0 and not full:
                return self.viewers[viewer]
            if wait <= 0:
                await self._answered.wait()
                continue
            if wait > self.bounds.longest_wait:
                raise BudgetExhausted(
                    f"The hour's budget is used up; GitHub renews it in {_in_words(wait)}.",
                    "Run the same command again then: it goes on from here.",
                )
            await self.rest_for(wait, meter)

    def _check_points(self, cost: int) -> None:
        """Raise BudgetExhausted when a question could take the run beyond the points it may spend."""
        under_way = sum(viewer.budgets["graphql"].under_way for viewer in self.viewers)
        if self.bounds.points is not None and self.total.points + under_way + cost > self.bounds.points:
            raise BudgetExhausted(
                f"The {self.bounds.points} points of --max-points are used up.",
                "Run the same command again: it goes on from here.",
            )

    def _count_connect_failure(self, error: NetworkError) -> None:
        self.connect_failures += 1
        if self.connect_failures >= CONNECT_ATTEMPTS * (3 if self.reached else 1):
            raise GitHubUnreachable(
                f"GitHub cannot be reached at {self.api_url} ({error}).", "Check the network and GITHUB_API_URL."
            )


def _told_cost(data: Any) -> int:
    """The cost that an answer tells; 0 when it tells none, as on a server without limits."""
    told = data.get("rateLimit") if isinstance(data, dict) else None
    cost = told.get("cost") if isinstance(told, dict) else None
    return cost if isinstance(cost, int) else 0


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} minutes"
