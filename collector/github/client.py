"""The thin shell between the pure rules (decisions, limits, pages) and the network: send, wait, try again, give up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast
from urllib.parse import urljoin, urlsplit

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from collector import clock as wall_clock
from collector.errors import BudgetExhausted, CollectError, GitHubUnreachable, NotAuthorised
from collector.github import decisions as d
from collector.github.http import Answer, Http, NetworkError
from collector.github.limits import Api, Viewer
from collector.github.pages import PageSize

ATTEMPTS = 9
# GitHub's tokens have 40 letters and more; what is shorter may be a word of somebody's text.
LEAST_TOKEN = 20
CONNECT_ATTEMPTS = 4
# So many in a row, with no good one between them, are no trouble of one repository.
USELESS_ANSWERS = 30


class RequestFailed(CollectError):
    """GitHub gave no usable answer to one question, however often it was asked."""


class TooHeavy(RequestFailed):
    """GitHub could not answer so large a question, and whoever asked wants to ask a smaller one."""


class NotAccepted(RequestFailed):
    """GitHub does not accept the question, such as a cursor of long ago: asking again would not help."""


class NotThere(CollectError):
    """What was asked for does not exist for us; `reason` is not_found, gone, blocked, forbidden or empty."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} is not there ({reason.replace('_', ' ')}).")
        self.reason = reason


class _TryAgain(Exception):
    """The next try may bring an answer: after `seconds` when GitHub said so, with a smaller page when `shrink`."""

    def __init__(self, why: str, seconds: float | None = None, shrink: bool = False) -> None:
        super().__init__(why)
        self.seconds, self.shrink = seconds, shrink


@dataclass
class Meter:
    """What a part of a run asked for and paid."""

    requests: int = 0
    points: int = 0
    bytes: int = 0
    retries: int = 0
    waited: float = 0.0


@dataclass
class Bounds:
    """What a run may take: seconds in all, seconds of one wait for the hour's budget, retries, points."""

    seconds: float = 6 * 3600
    patience: float = 900
    retries: int = 400
    points: int | None = None


@dataclass
class GitHub:
    """GitHub's two APIs, asked within their limits."""

    http: Http
    api_url: str
    graphql_url: str
    viewers: list[Viewer]
    bounds: Bounds = field(default_factory=Bounds)
    clock: Callable[[], float] = lambda: wall_clock.utc_now().timestamp()
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    total: Meter = field(default_factory=Meter)
    costs: dict[str, int] = field(default_factory=dict)
    reached: bool = False
    connect_failures: int = 0
    useless: int = 0  # answers in a row that could not be used
    ahead: float | None = None  # seconds by which this machine's clock is ahead of GitHub's

    def __post_init__(self) -> None:
        self.began = self.monotonic()
        self._answered = asyncio.Event()

    async def graphql(
        self,
        name: str,
        text: str,
        variables: dict[str, Any],
        meter: Meter,
        pages: PageSize | None = None,
        can_split: bool = False,
    ) -> d.Good:
        """The whole answer to a GraphQL question.

        With `pages`, the variable `first` follows the size that the server bears. Raises RequestFailed, NotAuthorised,
        BudgetExhausted or GitHubUnreachable; and TooHeavy after two tries when the question `can_split`.
        """

        async def ask() -> d.Good:
            asked = {**variables, "first": pages.size} if pages else variables
            body = {"operationName": name, "query": text, "variables": asked}
            answer = await self._send("graphql", name, "POST", self.graphql_url, meter, json=body)
            outcome = d.of_graphql(answer.status, answer.headers, answer.body, self.clock())
            if isinstance(outcome, d.Good):
                self._learn_cost(name, outcome, meter)
                if pages:
                    pages.worked()
                return outcome
            self._fail(name, outcome)

        return cast(d.Good, await self._persist(name, ask, meter, pages, can_split))

    async def rest(self, path: str, params: dict[str, str], meter: Meter) -> tuple[Any, str | None]:
        """The answer to a REST question and the address of the next page. `path` may be such an address.

        Raises NotThere for what is missing, else as `graphql` does. Redirects are followed within GitHub.
        """
        url = urljoin(self.api_url + "/", path.lstrip("/"))
        if _server(url) != _server(self.api_url):  # the token is for one server only
            raise NotAccepted(f"The next page is said to be on another server, {urlsplit(url).hostname}.")

        async def ask() -> tuple[Any, str | None]:
            here, query = url, dict(params)
            for _ in range(4):
                answer = await self._send("rest", "rest", "GET", here, meter, params=query or None)
                outcome = d.of_rest(answer.status, answer.headers, answer.body, self.clock())
                if isinstance(outcome, d.Good):
                    return outcome.data, _next_link(answer)
                if not isinstance(outcome, d.Missing) or outcome.reason != "moved":
                    break
                here, query = urljoin(here, outcome.location or ""), {}
                if _server(here) != _server(url):
                    outcome = d.Missing("moved elsewhere", here)
                    break
            self._fail(path, outcome)

        return cast(tuple[Any, str | None], await self._persist(path, ask, meter))

    async def moved_to(self, path: str, meter: Meter) -> str | None:
        """Where a REST resource has moved: its new address, or None when it is still there. Raises NotThere."""

        async def ask() -> str | None:
            answer = await self._send("rest", "rest", "GET", urljoin(self.api_url + "/", path.lstrip("/")), meter)
            outcome = d.of_rest(answer.status, answer.headers, answer.body, self.clock())
            if isinstance(outcome, d.Good):
                return None
            if isinstance(outcome, d.Missing) and outcome.reason == "moved":
                return outcome.location
            self._fail(path, outcome)

        return cast(str | None, await self._persist(path, ask, meter))

    async def rate_limit(self, meter: Meter) -> tuple[Any, Mapping[str, str]]:
        """What is left of the hour's budgets, and the answer's headers, which say what the token may do. It is free."""

        async def ask() -> tuple[Any, Mapping[str, str]]:
            answer = await self._send("rest", "rest", "GET", urljoin(self.api_url + "/", "rate_limit"), meter)
            outcome = d.of_rest(answer.status, answer.headers, answer.body, self.clock())
            if isinstance(outcome, d.Good):
                return outcome.data, answer.headers
            self._fail("the question about its limits", outcome)

        return cast(tuple[Any, Mapping[str, str]], await self._persist("the question about its limits", ask, meter))

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()

    async def _persist(
        self,
        what: str,
        ask: Callable[[], Awaitable[Any]],
        meter: Meter,
        pages: PageSize | None = None,
        can_split: bool = False,
    ) -> Any:
        """Ask until there is an answer, within the bounds of one question and of the run."""
        try:
            async for attempt in AsyncRetrying(
                stop=stop_after_attempt(ATTEMPTS),
                wait=_pause,
                retry=retry_if_exception_type(_TryAgain),
                sleep=lambda s: self._rest_for(s, meter),
                reraise=True,
            ):
                with attempt:
                    if attempt.retry_state.attempt_number > 1:
                        self._count_retry(meter)
                    try:
                        answer = await ask()
                        self.useless = 0
                        return answer
                    except _TryAgain as error:
                        self._count_useless(error)
                        if error.shrink and pages:
                            pages.failed()
                        if error.shrink and can_split and attempt.retry_state.attempt_number > 1:
                            raise TooHeavy(f"GitHub gave no usable answer to {what}: {error}.") from None
                        raise
        except _TryAgain as error:
            size = f" even for pages of {pages.size}" if pages else ""
            raise RequestFailed(f"GitHub gave no usable answer to {what}{size}: {error}.") from None
        raise AssertionError("tenacity ends by an answer or an error")

    async def _send(
        self,
        api: Api,
        name: str,
        method: str,
        url: str,
        meter: Meter,
        params: dict[str, str] | None = None,
        json: Any = None,
    ) -> Answer:
        """Send when the limits allow it; told to wait by GitHub, wait and send again."""
        cost = self.costs.get(name, 4) if api == "graphql" else 1
        told = 0
        while True:
            viewer = await self._admitted(api, name, cost, meter)
            token = viewer.next_token()
            headers = {
                "authorization": f"Bearer {token}",
                "accept": "application/json" if api == "graphql" else "application/vnd.github+json",
            }
            if api == "rest":
                headers["x-github-api-version"] = "2022-11-28"
            reserved = viewer.start(api, name, cost, self.monotonic())
            took = 0.0
            try:
                answer = await self.http.send(method, url, headers, params, json)
                took, self.reached, self.connect_failures = answer.took, True, 0
            except NetworkError as error:
                if not error.connected:
                    self._count_connect_failure(error)
                raise _TryAgain(str(error), shrink=error.connected) from None
            finally:
                meter.requests += 1
                self.total.requests += 1
                viewer.finish(api, name, cost, self.monotonic(), reserved, took)
                self._answered.set()
                self._answered = asyncio.Event()
            if len(token) >= LEAST_TOKEN and token.encode() in answer.body:
                # A server that repeats what it was sent must not bring the token into a message or the database.
                answer = answer._replace(body=answer.body.replace(token.encode(), b"[token]"))
            meter.bytes += len(answer.body)
            self.total.bytes += len(answer.body)
            self._learn_budget(viewer, api, answer)
            limited = self._limited(api, answer)
            if limited is None:
                return answer
            told += 1
            until = self.monotonic() + limited.seconds * 2 ** (told - 1)
            if limited.everything:
                viewer.block(until)
            else:
                viewer.budgets[api].remaining, viewer.budgets[api].renewed_at = 0, until
            if limited.seconds > self.bounds.patience or told > 5:
                raise BudgetExhausted(
                    f"GitHub asks to wait {limited.seconds / 60:.0f} minutes ({limited.why}).",
                    "Run the same command again later: it goes on from here.",
                )

    def _limited(self, api: Api, answer: Answer) -> d.Limited | None:
        """The limit an answer speaks of. Only answers that may speak of one are read here."""
        if answer.status in (403, 429) or (api == "graphql" and answer.status == 200 and len(answer.body) < 2000):
            decide = d.of_graphql if api == "graphql" else d.of_rest
            outcome = decide(answer.status, answer.headers, answer.body, self.clock())
            return outcome if isinstance(outcome, d.Limited) else None
        return None

    async def _admitted(self, api: Api, name: str, cost: int, meter: Meter) -> Viewer:
        """The viewer whose limits allow the request soonest, once they do."""
        if self.bounds.points is not None and api == "graphql" and self.total.points + cost > self.bounds.points:
            raise BudgetExhausted(
                f"The {self.bounds.points} points of --max-points are used up.",
                "Run the same command again: it goes on from here.",
            )
        while True:
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
            if wait > self.bounds.patience:
                raise BudgetExhausted(
                    f"The hour's budget is used up; GitHub renews it in {wait / 60:.0f} minutes.",
                    "Run the same command again then: it goes on from here.",
                )
            await self._rest_for(wait, meter)

    async def _rest_for(self, seconds: float, meter: Meter) -> None:
        if self.monotonic() + seconds - self.began > self.bounds.seconds:
            raise BudgetExhausted("The run's time is up.", "Run the same command again: it goes on from here.")
        meter.waited += seconds
        self.total.waited += seconds
        await self.sleep(seconds)

    def _count_connect_failure(self, error: NetworkError) -> None:
        self.connect_failures += 1
        if self.connect_failures >= CONNECT_ATTEMPTS * (3 if self.reached else 1):
            raise GitHubUnreachable(
                f"GitHub cannot be reached at {self.api_url} ({error}).", "Check the network and GITHUB_API_URL."
            )

    def _count_useless(self, error: Exception) -> None:
        self.useless += 1
        if self.useless >= USELESS_ANSWERS:
            raise GitHubUnreachable(
                f"GitHub at {self.api_url} gave no usable answer {self.useless} times in a row ({error}).",
                "Run the same command again later; where GITHUB_API_URL is set, see that it is right.",
            ) from None

    def _count_retry(self, meter: Meter) -> None:
        meter.retries += 1
        self.total.retries += 1
        if self.total.retries > self.bounds.retries:
            raise BudgetExhausted(
                f"GitHub at {self.api_url} failed {self.total.retries} times in this run.",
                "Run the same command again later; where GITHUB_API_URL is set, see that it is right.",
            )

    def _learn_cost(self, name: str, outcome: d.Good, meter: Meter) -> None:
        cost = int((outcome.data.get("rateLimit") or {}).get("cost") or 1)
        self.costs[name] = cost
        meter.points += cost
        self.total.points += cost

    def _learn_budget(self, viewer: Viewer, api: Api, answer: Answer) -> None:
        date = d.date(answer.headers)
        if date is not None:
            self.ahead = self.clock() - date
        remaining = answer.headers.get("x-ratelimit-remaining", "")
        if remaining.isdigit():
            seconds = d.seconds_to_reset(answer.headers, self.clock())
            viewer.budgets[api].learn(int(remaining), seconds, self.monotonic())

    def _fail(self, what: str, outcome: d.Outcome) -> NoReturn:
        """Raise what an outcome that is no answer means."""
        match outcome:
            case d.Transient(why, shrink, seconds):
                raise _TryAgain(why, seconds, shrink)
            case d.Missing(reason):
                raise NotThere(what, reason)
            case d.Refused(why):
                raise NotAuthorised(
                    f"GitHub refuses the token ({why}).",
                    "Make a new one at https://github.com/settings/tokens (it needs no scopes).",
                )
            case d.Limited(_, _, why):
                raise _TryAgain(why)
            case _:
                raise NotAccepted(f"GitHub does not accept {what}: {getattr(outcome, 'why', outcome)}.")


_backoff = wait_random_exponential(multiplier=0.5, max=30)


def _pause(state: RetryCallState) -> float:
    """As long as GitHub asked for, else exponentially longer with some chance in it."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "seconds", None)
    return float(asked) if asked is not None else float(_backoff(state))


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _next_link(answer: Answer) -> str | None:
    """The address of the next page in a Link header."""
    for part in answer.headers.get("link", "").split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            return address.strip().strip("<>")
    return None
