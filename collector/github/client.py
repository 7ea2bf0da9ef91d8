"""The client for GitHub's GraphQL and REST APIs that the rest of the collector uses."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from collector import clock as wall_clock
from collector.errors import BudgetExhausted, GitHubUnreachable
from collector.github import older_schemas, partial_responses, queries, response_shape, responses
from collector.github.failures import Forbidden, NotAccepted, NotThere, RequestFailed, SchemaChanged, TooHeavy
from collector.github.http import Http, Response
from collector.github.meter import Bounds, Meter
from collector.github.outcome_errors import NotInSchema, fail, fail_moved, joined, require
from collector.github.page_size import PageSize
from collector.github.price import price
from collector.github.rate_limits import Viewer
from collector.github.sending import Request, Sender, TryAgain

__all__ = [
    "Bounds",
    "Forbidden",
    "GitHub",
    "Meter",
    "NotAccepted",
    "NotThere",
    "RequestFailed",
    "SchemaChanged",
    "TooHeavy",
    "require",
]

ATTEMPTS = 9  # of one request
# How many times in a row a page of one object must time out before it counts as too heavy. A short outage looks the
# same, so the pauses between these attempts grow by this many seconds.
HEAVY_ATTEMPTS, HEAVY_PAUSE = 3, 5.0
# How many times a field error other than a permission error must recur before the partial response is accepted.
FIELD_ERROR_ATTEMPTS = 3
# How many times in a row the first query of a run must be redirected before the API counts as moved.
MOVED_ATTEMPTS = 3
# After this many unusable responses in a row, a minimal query checks whether GitHub is up at all.
UNUSABLE_IN_A_ROW = 30

Result = TypeVar("Result")


@dataclass
class GitHub:
    """Client for GitHub's two APIs that retries and stays within their rate limits.

    `sizes` is the initial page size for each kind of list, carried over from earlier runs. `lacks` names what the
    server's schema does not have: "Type.field", "Type.field(argument)" or "Type".
    """

    http: Http
    api_url: str
    graphql_url: str
    viewers: list[Viewer]
    bounds: Bounds = field(default_factory=Bounds)
    clock: Callable[[], float] = lambda: wall_clock.utc_now().timestamp()
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    sizes: dict[str, int] = field(default_factory=dict)
    lacks: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._sender = Sender(
            self.http, self.api_url, self.viewers, self.bounds, self.clock, self.monotonic, self.sleep
        )
        self.schema_seen = False  # whether the server's schema was introspected in this run
        self._schema_lock = asyncio.Lock()
        self._unusable = 0  # unusable responses in a row
        self._graphql_answered = False  # whether GraphQL gave any usable response in this run

    @property
    def total(self) -> Meter:
        """Counters of all requests so far."""
        return self._sender.total

    @property
    def ahead(self) -> float | None:
        """Seconds by which this machine's clock is ahead of GitHub's; None before the first response."""
        return self._sender.ahead

    @property
    def points_left(self) -> int | None:
        """GraphQL points left in this hour by GitHub's headers, of all users; None before the first response."""
        left = [viewer.budgets["graphql"].remaining for viewer in self.viewers]
        return sum(points for points in left if points is not None) if any(p is not None for p in left) else None

    @property
    def announced(self) -> Mapping[str, str]:
        """The `deprecation` and `sunset` headers that GitHub sent: the requested API version will be retired.

        https://docs.github.com/en/rest/about-the-rest-api/api-versions
        """
        return self._sender.announced

    @property
    def web_url(self) -> str:
        """The base URL of GitHub's website."""
        return self.api_url.removesuffix("/api/v3").replace("://api.", "://")

    def now(self) -> datetime:
        """Return the current time by GitHub's clock; by this machine's before the first response."""
        return datetime.fromtimestamp(self.clock() - (self.ahead or 0), UTC)

    def pages(self, kind: str, known: int | None = None) -> PageSize:
        """Return the initial page size of a list: `known` for this list, else that of its kind, else the default."""
        return PageSize(kind, known or self.sizes.get(kind, 0))

    def learn_size(self, pages: PageSize) -> None:
        """Let other lists of this kind start with the size at which one was read to its end."""
        if pages.tried:
            self.sizes[pages.kind] = pages.size

    async def graphql(
        self,
        name: str,
        text: str,
        variables: dict[str, Any],
        meter: Meter,
        pages: PageSize | None = None,
        can_split: bool = False,
        partial: bool = False,
    ) -> responses.Success:
        """Run a GraphQL query and return its response, retrying as needed.

        With `pages`, the variable `first` is set to an adaptive page size. With `partial`, a partial response is
        accepted: nulls with a field error each (`Success.field_errors`), permission errors at once, others when they
        recur, but never a null in place of a list. Raises TooHeavy when a page of one object keeps timing out (after
        two attempts with `can_split`: the caller can ask for less); else RequestFailed, NotThere, SchemaChanged,
        NotAuthorised, UsageError, BudgetExhausted or GitHubUnreachable.
        """
        fitted = older_schemas.fit(text, frozenset(self.lacks)) if self.lacks else text
        try:
            return await self._ask(name, fitted, variables, meter, pages, can_split, partial)
        except NotInSchema as refused:
            await self._introspect(meter)
            again = older_schemas.fit(text, frozenset(self.lacks))
            if again != fitted:
                with suppress(NotInSchema):
                    return await self._ask(name, again, variables, meter, pages, can_split, partial)
            raise SchemaChanged(
                f"GitHub does not accept {name}: {refused}.", "Install a newer version of collect-signals."
            ) from None

    async def _ask(
        self,
        name: str,
        text: str,
        variables: dict[str, Any],
        meter: Meter,
        pages: PageSize | None = None,
        can_split: bool = False,
        partial: bool = False,
    ) -> responses.Success:
        """Like `graphql`, for a query already reduced to what the server's schema has. Raises NotInSchema."""
        times_partial = redirects = 0

        async def ask() -> responses.Success:
            nonlocal times_partial, redirects
            asked = {**variables, "first": pages.size} if pages else variables
            body = {"operationName": name, "query": text, "variables": asked}
            request = Request("graphql", name, self.graphql_url, json=body, price=lambda: price(text, asked).points)
            outcome, _ = await self._sender.send(request, meter)
            if isinstance(outcome, responses.Missing) and outcome.reason == "moved":
                redirects += 1
                if self._graphql_answered or redirects < MOVED_ATTEMPTS:  # an API that answered has not moved
                    raise TryAgain(f"a redirect to {outcome.location}")
                fail_moved(self.graphql_url, outcome.location)
            if not isinstance(outcome, responses.Success):
                fail(name, outcome)
            self._graphql_answered = True
            misfit = response_shape.misfit(text, asked, outcome.data)
            if misfit:
                raise TryAgain(f"a response that does not fit the query: {misfit}", shrink=True)
            if outcome.field_errors:
                times_partial += 1
                self._check_partial(text, outcome, partial, times_partial)
            if pages:
                pages.worked()
            return outcome

        return await self._retry(name, ask, meter, pages, can_split)

    async def _introspect(self, meter: Meter) -> None:
        """Introspect the server's schema, once per run, after it refused a query."""
        async with self._schema_lock:
            if self.schema_seen:
                return
            self.schema_seen = True
            # If introspection fails as well, the caller reports the original refusal.
            with suppress(RequestFailed, NotInSchema, AttributeError, KeyError, TypeError):
                answer = await self._ask("Schema", older_schemas.introspection(), {}, meter)
                self.lacks |= older_schemas.differences(answer.data)

    async def rest(self, path: str, params: dict[str, str], meter: Meter) -> tuple[Any, str | None]:
        """GET a REST resource; return its JSON and the URL of the next page. `path` may be such a URL.

        Redirects are followed on the same server. Raises NotThere for a missing resource, else like `graphql`.
        https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
        """
        outcome, answer = await self._resource(path, params, meter, None)
        assert isinstance(outcome, responses.Success)  # without an ETag nothing is unchanged
        return outcome.data, answer.next_page

    async def rest_if_changed(
        self, path: str, params: dict[str, str], meter: Meter, etag: str | None
    ) -> tuple[Any, str | None, str | None] | None:
        """Like `rest`, also with the response's ETag; None if the resource still has `etag`, which costs nothing.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
        """
        outcome, answer = await self._resource(path, params, meter, etag)
        return (
            (outcome.data, answer.next_page, answer.headers.get("etag"))
            if isinstance(outcome, responses.Success)
            else None
        )

    async def _resource(
        self, path: str, params: dict[str, str], meter: Meter, etag: str | None
    ) -> tuple[responses.Success | responses.Unchanged, Response]:
        """GET a resource, following redirects on the same server."""
        try:
            url = self._address(path)
        except ValueError:
            raise NotAccepted(f'GitHub\'s link to the next page, "{path}", is not a valid URL.') from None
        if _server(url) != _server(self.api_url):  # never send the token to another server
            raise NotAccepted(f"GitHub's link to the next page leads to another server, {urlsplit(url).hostname}.")

        async def ask() -> tuple[responses.Success | responses.Unchanged, Response]:
            here, query = url, dict(params)
            # A renamed repository redirects, and so may its new name; but a circle of redirects must end.
            # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
            for _ in range(4):
                outcome, answer = await self._get(here, meter, query, etag)
                if isinstance(outcome, responses.Unchanged) and etag is None:
                    raise TryAgain("status 304 to a request without an ETag")
                if isinstance(outcome, responses.Success | responses.Unchanged):
                    return outcome, answer
                if not isinstance(outcome, responses.Missing) or outcome.reason != "moved":
                    break
                here, query = joined(here, outcome.location), {}
                if _server(here) != _server(url):
                    outcome = responses.Missing("moved elsewhere", here)
                    break
            fail(path, outcome)

        return await self._retry(path, ask, meter)

    async def moved_to(self, path: str, meter: Meter) -> str | None:
        """Return the URL a REST resource has moved to; None when it has not moved. Raises NotThere."""

        async def ask() -> str | None:
            outcome, _ = await self._get(self._address(path), meter)
            if isinstance(outcome, responses.Success):
                return None
            if isinstance(outcome, responses.Missing) and outcome.reason == "moved":
                return outcome.location
            fail(path, outcome)

        return await self._retry(path, ask, meter)

    async def rate_limit(self, meter: Meter) -> tuple[Any, Mapping[str, str]]:
        """Return the rate limit status and the response headers, which tell the token's scopes. Costs nothing."""
        what = "the request for its rate limits"

        async def ask() -> tuple[Any, Mapping[str, str]]:
            outcome, answer = await self._get(self._address("rate_limit"), meter)
            if isinstance(outcome, responses.Success):
                return outcome.data, answer.headers
            fail(what, outcome)

        return await self._retry(what, ask, meter)

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()

    def _address(self, path: str) -> str:
        return urljoin(self.api_url + "/", path.lstrip("/"))

    async def _get(
        self, url: str, meter: Meter, params: Mapping[str, str] | None = None, etag: str | None = None
    ) -> tuple[responses.Outcome, Response]:
        return await self._sender.send(Request("rest", "rest", url, params or None, etag=etag), meter)

    async def _retry(
        self,
        what: str,
        ask: Callable[[], Awaitable[Result]],
        meter: Meter,
        pages: PageSize | None = None,
        can_split: bool = False,
    ) -> Result:
        """Retry `ask` until it succeeds, within the attempts of one request and the run's retry budget."""
        heavy = 0  # timeouts in a row at a page size of one
        try:
            async for attempt in AsyncRetrying(
                stop=stop_after_attempt(ATTEMPTS),
                wait=_wait_seconds,
                retry=retry_if_exception_type(TryAgain),
                sleep=lambda seconds: self._sender.pause(seconds, meter),
                reraise=True,
            ):
                with attempt:
                    number = attempt.retry_state.attempt_number
                    if number > 1:
                        self._count_retry(meter)
                    try:
                        answer = await ask()
                        self._unusable = 0
                        return answer
                    except TryAgain as error:
                        # The frames of the tracebacks would keep the response in memory while waiting.
                        error.__traceback__ = error.__context__ = None
                        smaller = error.shrink and pages is not None and pages.failed()
                        heavy = heavy + 1 if error.shrink and pages and not smaller else 0
                        if heavy >= HEAVY_ATTEMPTS or (error.shrink and can_split and number > 1):
                            raise TooHeavy(f"GitHub gave no usable answer to {what}: {error}.") from None
                        if not smaller:
                            await self._count_unusable(error, meter)
                        if error.seconds is not None:
                            self._sender.check_wait(error.seconds, str(error))
                        elif heavy:
                            error.seconds = HEAVY_PAUSE * heavy
                        raise
        except TryAgain as error:
            size = f" even for pages of {pages.size}" if pages else ""
            raise RequestFailed(f"GitHub gave no usable answer to {what}{size}: {error}.") from None
        raise AssertionError("tenacity returns or raises")

    def _check_partial(self, text: str, outcome: responses.Success, wanted: bool, times: int) -> None:
        """Raise TryAgain unless a partial response is acceptable; `times` counts the partial responses so far."""
        error = next((one for one in outcome.field_errors if not one.of_permission), outcome.field_errors[0])
        why = f"{error.kind or 'an error'}: {error.message}"
        if not wanted or not partial_responses.is_acceptable(text, outcome.field_errors):
            raise TryAgain(why, shrink=True)
        if not error.of_permission and times < FIELD_ERROR_ATTEMPTS:
            raise TryAgain(why)

    async def _count_unusable(self, error: TryAgain, meter: Meter) -> None:
        """Raise GitHubUnreachable after many unusable responses in a row, unless a minimal query succeeds."""
        self._unusable += 1
        if self._unusable < UNUSABLE_IN_A_ROW:
            return
        if not await self._responds(meter):
            raise GitHubUnreachable(
                f"GitHub at {self.api_url} gave no usable answer {self._unusable} times in a row ({error}).",
                "Run the same command again later; if GITHUB_API_URL is set, check it.",
            ) from None
        self._unusable = 0

    async def _responds(self, meter: Meter) -> bool:
        """Return whether GitHub answers a minimal query: whose token this is."""
        body = {"operationName": "Viewer", "query": queries.load("Viewer"), "variables": {}}
        try:
            outcome, _ = await self._sender.send(
                Request("graphql", "Viewer", self.graphql_url, json=body, price=lambda: 1), meter
            )
        except TryAgain:
            return False
        return isinstance(outcome, responses.Success)

    def _count_retry(self, meter: Meter) -> None:
        for one in (meter, self.total):
            one.retries += 1
        if self.total.retries > self.bounds.retries:
            raise BudgetExhausted(
                f"GitHub at {self.api_url} failed {self.total.retries} times in this run.",
                "Run the same command again later; if GITHUB_API_URL is set, check it.",
            )


# At random, so that parts that failed together do not come back together:
# https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
_backoff = wait_random_exponential(multiplier=0.5, max=30)


def _wait_seconds(state: RetryCallState) -> float:
    """Return the seconds that GitHub asked to wait, else an exponential backoff with jitter."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.seconds if isinstance(error, TryAgain) else None
    return asked or float(_backoff(state))


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
