"""Send requests within the rate limits, wait when GitHub asks for it, and count requests, points and waits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector import clock
from collector.errors import BudgetExhausted, GitHubUnreachable
from collector.github import auth, responses
from collector.github import headers as response_headers
from collector.github.headers import LEAST_WAIT, Headers
from collector.github.http import Http, NetworkError, Response
from collector.github.meter import Bounds, Meter
from collector.github.rate_limits import Api, Viewer
from collector.github.response_times import LIMIT
from collector.github.responses import Outcome

# So many requests in a row without a connection end a run: the network or the address is wrong.
CONNECT_ATTEMPTS = 4
# How many times in a row one request may be rate limited before the run ends.
MOST_IN_A_ROW = 5
# After this many timeouts, whose responses lack rate limit headers, GitHub is asked for the rate limit status.
BLIND_TIMEOUTS = 3
# The assumed cost of a query in points before its first response.
UNKNOWN_COST = 4
# https://docs.github.com/en/rest/about-the-rest-api/api-versions
REST_VERSION = "2022-11-28"


class TryAgain(Exception):
    """The request may be retried: after `seconds` if GitHub asked for that, with a smaller page when `shrink`."""

    def __init__(self, why: str, seconds: float | None = None, shrink: bool = False) -> None:
        super().__init__(why)
        self.seconds, self.shrink = seconds, shrink


@dataclass(frozen=True)
class Request:
    """A request to send. `price` computes the points of a GraphQL query when the response does not report them."""

    api: Api
    name: str
    url: str
    params: Mapping[str, str] | None = None
    json: Any = None
    etag: str | None = None  # of a stored response: GitHub answers 304 if it is still current
    price: Callable[[], int] = lambda: 0


@dataclass
class Sender:
    """Sends all requests of a run, so that limits and counters cover every one of them."""

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
    announced: dict[str, str] = field(default_factory=dict)  # the latest Deprecation and Sunset headers

    def __post_init__(self) -> None:
        self.began = self.monotonic()
        self._answered = asyncio.Event()

    async def send(self, request: Request, meter: Meter) -> tuple[Outcome, Response]:
        """Send a request as soon as the limits allow; when GitHub reports a rate limit, wait and send it again.

        Raises TryAgain when there is no response, BudgetExhausted and GitHubUnreachable.
        """
        in_a_row = 0
        while True:
            viewer = await self._wait_for_viewer(request, meter)
            outcome, answer = await self._exchange(viewer, request, meter)
            if viewer.blind_timeouts >= BLIND_TIMEOUTS:
                await self._fetch_rate_limit(viewer, meter)
            if not isinstance(outcome, responses.Limited):
                return outcome, answer
            in_a_row += 1
            self._apply_limit(viewer, request.api, outcome, in_a_row)

    async def pause(self, seconds: float, meter: Meter) -> None:
        """Wait, or raise BudgetExhausted when the run's time would be up before."""
        if self.monotonic() + seconds - self.began > self.bounds.seconds:
            raise BudgetExhausted("The run's time is up.", "Run the same command again: it resumes from here.")
        for one in (meter, self.total):
            one.waited += seconds
        await self.sleep(seconds)

    def check_wait(self, seconds: float, why: str) -> None:
        """Raise BudgetExhausted when GitHub asks for a longer wait than `bounds.longest_wait`, as by Retry-After."""
        if seconds > self.bounds.longest_wait:
            raise BudgetExhausted(
                f"GitHub asks to wait {_duration(seconds)} ({why}).",
                "Run the same command again later: it resumes from here.",
            )

    def _apply_limit(self, viewer: Viewer, api: Api, limited: responses.Limited, in_a_row: int) -> None:
        """Send nothing for as long as GitHub asks, twice as long each further time `in_a_row`.

        When GitHub asks for no wait and limits again, wait at least the minute that its documentation asks for.
        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
        """
        seconds = limited.seconds if in_a_row == 1 else max(limited.seconds, LEAST_WAIT / 2) * 2 ** (in_a_row - 1)
        until = self.monotonic() + seconds
        if limited.everything:
            viewer.block(until)
        else:
            viewer.budgets[api].remaining, viewer.budgets[api].renewed_at = 0, until
        if in_a_row > MOST_IN_A_ROW:
            raise BudgetExhausted(
                f"GitHub has rate limited the same request {in_a_row} times in a row ({limited.why}).",
                "Run the same command again later: it resumes from here.",
            )
        self.check_wait(seconds, limited.why)

    async def _exchange(self, viewer: Viewer, request: Request, meter: Meter) -> tuple[Outcome, Response]:
        """Send one request, interpret its response, and update counters and rate limits."""
        api, name = request.api, request.name
        cost = self._expected(request)
        token = viewer.next_token()
        request_headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        if api == "rest":
            request_headers |= {"accept": "application/vnd.github+json", "x-github-api-version": REST_VERSION}
        if request.etag:
            request_headers["if-none-match"] = request.etag
        self.sent += 1
        number, took = self.sent, 0.0
        reserved = viewer.start(api, name, cost, self.monotonic())
        try:
            method = "POST" if api == "graphql" else "GET"
            answer = await self.http.send(method, request.url, request_headers, request.params, request.json)
            took, self.reached, self.connect_failures = answer.took, True, 0
        except NetworkError as error:
            if not error.connected:
                self._count_connect_failure(error)
            elif api == "graphql":
                took = LIMIT if error.timed_out else 0.0
                self._count_failed(viewer, request, meter, {}, error.timed_out)
            raise TryAgain(str(error), shrink=error.connected) from None
        finally:
            for one in (meter, self.total):
                one.requests += 1
            viewer.finish(api, name, cost, self.monotonic(), reserved, took)
            self._answered.set()  # wakes every request that waits for one in flight to finish
            self._answered = asyncio.Event()
        answer = answer._replace(body=auth.redacted(answer.body, token))
        decide = responses.of_graphql if api == "graphql" else responses.of_rest
        outcome = decide(answer.status, answer.headers, answer.body, self.clock())
        for one in (meter, self.total):
            one.bytes += len(answer.body)
        self._record_headers(viewer, api, answer.headers)
        self._count_cost(viewer, request, meter, outcome, answer.headers)
        if api == "graphql" and not isinstance(outcome, responses.Limited):  # its headers may describe another limit
            self._compare_counts(viewer, answer.headers, number)
        return outcome, answer

    def _count_cost(self, viewer: Viewer, request: Request, meter: Meter, outcome: Outcome, headers: Headers) -> None:
        """Count the points of a response: as it reports them, else by the computed price."""
        timed_out = isinstance(outcome, responses.Transient) and outcome.timed_out
        if request.api == "rest":
            if timed_out:
                self._count_timeout(viewer, meter, 0)
            return
        match outcome:
            case responses.Success(data):
                cost = _reported_cost(data) or request.price()
                self.costs[request.name] = cost
                viewer.ledger.count(cost)
                for one in (meter, self.total):
                    one.points += cost
            case responses.Transient() | responses.Missing(reason="forbidden"):
                self._count_failed(viewer, request, meter, headers, timed_out)
            case responses.Broken() | responses.NotInSchema():
                self._count_doubtful(viewer, meter, 1, headers)
            case _:
                pass  # a rate limit, a rejected token and a redirect cost nothing

    def _count_failed(self, viewer: Viewer, request: Request, meter: Meter, headers: Headers, timed_out: bool) -> None:
        """Count a failed query; for a timeout, GitHub also deducts points from the next hour.

        https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
        """
        cost = request.price()
        self._count_doubtful(viewer, meter, cost, headers)
        if timed_out:
            self._count_timeout(viewer, meter, cost)

    def _count_doubtful(self, viewer: Viewer, meter: Meter, cost: int, headers: Headers) -> None:
        """Count points that GitHub may not have charged; the ledger corrects the meters once it knows."""
        meters = (meter, self.total)
        for one in meters:
            one.points += cost
        viewer.ledger.count_doubtful(cost, meters, self.sent)
        if response_headers.remaining(headers) is None:
            viewer.budgets["graphql"].spend(cost)

    def _count_timeout(self, viewer: Viewer, meter: Meter, penalty: int) -> None:
        viewer.blind_timeouts += 1
        for one in (meter, self.total):
            one.timeouts += 1
            one.penalty_points += penalty

    def _record_headers(self, viewer: Viewer, api: Api, headers: Headers) -> None:
        """Record what the headers say about the rate limit, GitHub's clock and coming API changes."""
        date = response_headers.date(headers)
        if date is not None:
            self.ahead = clock.seconds_ahead(self.clock(), date)
        self.announced.update({name: headers[name] for name in ("deprecation", "sunset") if name in headers})
        left = response_headers.remaining(headers)
        if left is None:
            return
        viewer.blind_timeouts = 0
        viewer.budgets[api].learn(left, response_headers.seconds_to_reset(headers, self.clock()), self.monotonic())

    def _compare_counts(self, viewer: Viewer, headers: Headers, number: int) -> None:
        """Compare our count of points with GitHub's, as of the response to request `number`."""
        used, window = response_headers.used(headers), response_headers.reset(headers)
        if used is not None and window is not None:
            viewer.ledger.report(used, window)
            if not viewer.queries_in_flight:
                viewer.ledger.compare(number)

    async def _fetch_rate_limit(self, viewer: Viewer, meter: Meter) -> None:
        """Fetch the rate limit status after timeouts that did not report it. Costs nothing; errors are ignored.

        https://docs.github.com/en/rest/rate-limit/rate-limit
        """
        viewer.blind_timeouts = 0
        request, number = Request("rest", "rate_limit", f"{self.api_url}/rate_limit"), self.sent + 1
        try:
            outcome, _ = await self._exchange(viewer, request, meter)
            if isinstance(outcome, responses.Limited):
                self._apply_limit(viewer, "rest", outcome, in_a_row=1)
            status = outcome.data["resources"]["graphql"] if isinstance(outcome, responses.Success) else {}
            shown = {f"x-ratelimit-{name}": str(status[name]) for name in ("remaining", "used", "reset")}
        except (TryAgain, KeyError, TypeError):
            return
        self._record_headers(viewer, "graphql", shown)
        self._compare_counts(viewer, shown, number)

    def _expected(self, request: Request) -> int:
        """Return the expected cost of a request in points; with a limit on points, at least the computed price."""
        if request.api == "rest":
            return 1
        known = self.costs.get(request.name)
        return max(known or 0, request.price()) if self.bounds.points is not None else known or UNKNOWN_COST

    async def _wait_for_viewer(self, request: Request, meter: Meter) -> Viewer:
        """Wait until some viewer's limits allow the request and return that viewer.

        Raises BudgetExhausted when that would exceed the run's limits.
        """
        api, name, cost = request.api, request.name, self._expected(request)
        while True:
            if api == "graphql":
                self._check_points(cost)
            now = self.monotonic()
            if now - self.began > self.bounds.seconds:
                raise BudgetExhausted("The run's time is up.", "Run the same command again: it resumes from here.")
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
                    f"The hour's rate limit is used up; GitHub resets it in {_duration(wait)}.",
                    "Run the same command again then: it resumes from here.",
                )
            await self.pause(wait, meter)

    def _check_points(self, cost: int) -> None:
        """Raise BudgetExhausted when a query could exceed the points that the run may spend."""
        in_flight = sum(viewer.budgets["graphql"].in_flight for viewer in self.viewers)
        if self.bounds.points is not None and self.total.points + in_flight + cost > self.bounds.points:
            raise BudgetExhausted(
                f"The {self.bounds.points} points of --max-points are used up.",
                "Run the same command again: it resumes from here.",
            )

    def _count_connect_failure(self, error: NetworkError) -> None:
        self.connect_failures += 1
        # Once GitHub was reached, an outage is likelier than a wrong address: allow for a longer one.
        if self.connect_failures >= CONNECT_ATTEMPTS * (3 if self.reached else 1):
            raise GitHubUnreachable(
                f"GitHub cannot be reached at {self.api_url} ({error}).", "Check the network and GITHUB_API_URL."
            )


def _reported_cost(data: Any) -> int:
    """Return the cost that a response reports; 0 when it reports none, as on a server without rate limits."""
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if isinstance(cost, int) else 0


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} minutes"
