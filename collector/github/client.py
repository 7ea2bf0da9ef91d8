"""GitHub's two APIs for the rest of the collector: questions in, answers or errors out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from collector import clock as wall_clock
from collector.errors import BudgetExhausted, GitHubUnreachable, NotAuthorised, UsageError
from collector.github import failures, older_schemas, partial_answers, queries
from collector.github import responses as d
from collector.github.budget import Bounds, Meter
from collector.github.failures import Forbidden, NotAccepted, NotThere, RequestFailed, SchemaChanged, TooHeavy
from collector.github.http import Answer, Http
from collector.github.page_size import PageSize
from collector.github.price import price
from collector.github.rate_limits import Viewer
from collector.github.sending import Question, Sender, TryAgain

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

ATTEMPTS = 9
# So often in a row must a page of one fail for its weight. A short outage looks the same, so there are some seconds
# between these tries.
HEAVY_ATTEMPTS, HEAVY_PAUSE = 3, 5.0
# So often must a hole be seen that is no matter of permission.
HOLE_ATTEMPTS = 3
# After so many in a row, with no good one between them, GitHub is asked whether it is there.
USELESS_ANSWERS = 30

Result = TypeVar("Result")


class _NotInSchema(Exception):
    """The server's schema does not have all that a document names."""


@dataclass
class GitHub:
    """GitHub's two APIs, asked within their limits.

    `sizes` has the page size that lists of a kind begin with, as it was learnt in this installation. `lacks` names what
    this server's schema does not have: "Type.field", "Type.field(argument)" or "Type".
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
        self.schema_seen = False  # whether this server was asked what its schema has
        self._schema_lock = asyncio.Lock()
        self._useless = 0  # answers in a row that could not be used

    @property
    def total(self) -> Meter:
        """What all questions so far took."""
        return self._sender.total

    @property
    def ahead(self) -> float | None:
        """Seconds by which this machine's clock is ahead of GitHub's; None before the first answer."""
        return self._sender.ahead

    @property
    def announced(self) -> Mapping[str, str]:
        """The headers `deprecation` and `sunset`, where GitHub sent them: the API version that is asked will end.

        https://docs.github.com/en/rest/about-the-rest-api/api-versions
        """
        return self._sender.announced

    @property
    def web_url(self) -> str:
        """The address of the site that people look at."""
        return self.api_url.removesuffix("/api/v3").replace("://api.", "://")

    def now(self) -> datetime:
        """The present by GitHub's own clock, as its answers tell; by this machine's while there are none."""
        return datetime.fromtimestamp(self.clock() - (self.ahead or 0), UTC)

    def pages(self, kind: str, known: int | None = None) -> PageSize:
        """The page size to begin a list of this kind with: as `known` of this very list, else as learnt, else small."""
        return PageSize(kind, known or self.sizes.get(kind, 0))

    def learn_size(self, pages: PageSize) -> None:
        """Let other lists begin with the size at which one has come to its end."""
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
        holes: bool = False,
    ) -> d.Good:
        """The answer to a GraphQL question: whole, or with `holes` one that GitHub cannot fill.

        With `pages`, the variable `first` follows the size that the server bears. With `holes`, an answer may have
        nulls that errors explain (`Good.holes`): those of permission at once, others when they come again and again;
        never one in place of a list. Raises TooHeavy when a page of one keeps failing for its weight, and after two
        tries when the question `can_split`; else RequestFailed, NotThere, SchemaChanged, NotAuthorised, UsageError,
        BudgetExhausted or GitHubUnreachable.
        """
        fitted = older_schemas.fit(text, frozenset(self.lacks)) if self.lacks else text
        try:
            return await self._ask(name, fitted, variables, meter, pages, can_split, holes)
        except _NotInSchema as refused:
            await self._look_at_schema(meter)
            again = older_schemas.fit(text, frozenset(self.lacks))
            if again != fitted:
                with suppress(_NotInSchema):
                    return await self._ask(name, again, variables, meter, pages, can_split, holes)
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
        holes: bool = False,
    ) -> d.Good:
        """As `graphql`, for a document that the server's schema is known to have all of."""
        with_holes = 0

        async def ask() -> d.Good:
            nonlocal with_holes
            asked = {**variables, "first": pages.size} if pages else variables
            body = {"operationName": name, "query": text, "variables": asked}
            question = Question("graphql", name, self.graphql_url, json=body, price=lambda: price(text, asked).points)
            outcome, _ = await self._sender.send(question, meter)
            if isinstance(outcome, d.Missing) and outcome.reason == "moved":
                self._fail_moved(outcome.location)
            if not isinstance(outcome, d.Good):
                self._fail(name, outcome)
            if outcome.holes:
                with_holes += 1
                self._judge_holes(text, outcome, holes, with_holes)
            if pages:
                pages.worked()
            return outcome

        return await self._persist(name, ask, meter, pages, can_split)

    async def _look_at_schema(self, meter: Meter) -> None:
        """Learn what the server's schema lacks: once a run, after it refused a document."""
        async with self._schema_lock:
            if self.schema_seen:
                return
            self.schema_seen = True
            # Where that is refused too, the document's refusal is all there is to tell.
            with suppress(RequestFailed, _NotInSchema, AttributeError, KeyError, TypeError):
                answer = await self._ask("Schema", older_schemas.introspection(), {}, meter)
                self.lacks |= older_schemas.differences(answer.data)

    async def rest(self, path: str, params: dict[str, str], meter: Meter) -> tuple[Any, str | None]:
        """The answer to a REST question and the address of the next page. `path` may be such an address.

        Raises NotThere for what is missing, else as `graphql` does. Redirects are followed within GitHub.
        """
        try:
            url = self._address(path)
        except ValueError:
            raise NotAccepted(f'The next page is said to be at "{path}", which is no address.') from None
        if _server(url) != _server(self.api_url):  # the token is for one server only
            raise NotAccepted(f"The next page is said to be on another server, {urlsplit(url).hostname}.")

        async def ask() -> tuple[Any, str | None]:
            here, query = url, dict(params)
            for _ in range(4):
                outcome, answer = await self._get(here, meter, query)
                if isinstance(outcome, d.Good):
                    return outcome.data, answer.next_page
                if not isinstance(outcome, d.Missing) or outcome.reason != "moved":
                    break
                here, query = urljoin(here, outcome.location or ""), {}
                if _server(here) != _server(url):
                    outcome = d.Missing("moved elsewhere", here)
                    break
            self._fail(path, outcome)

        return await self._persist(path, ask, meter)

    async def moved_to(self, path: str, meter: Meter) -> str | None:
        """Where a REST resource has moved: its new address, or None when it is still there. Raises NotThere."""

        async def ask() -> str | None:
            outcome, _ = await self._get(self._address(path), meter)
            if isinstance(outcome, d.Good):
                return None
            if isinstance(outcome, d.Missing) and outcome.reason == "moved":
                return outcome.location
            self._fail(path, outcome)

        return await self._persist(path, ask, meter)

    async def rate_limit(self, meter: Meter) -> tuple[Any, Mapping[str, str]]:
        """What is left of the hour's budgets, and the answer's headers, which say what the token may do. It is free."""
        what = "the question about its limits"

        async def ask() -> tuple[Any, Mapping[str, str]]:
            outcome, answer = await self._get(self._address("rate_limit"), meter)
            if isinstance(outcome, d.Good):
                return outcome.data, answer.headers
            self._fail(what, outcome)

        return await self._persist(what, ask, meter)

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()

    def _address(self, path: str) -> str:
        return urljoin(self.api_url + "/", path.lstrip("/"))

    async def _get(self, url: str, meter: Meter, params: Mapping[str, str] | None = None) -> tuple[d.Outcome, Answer]:
        return await self._sender.send(Question("rest", "rest", url, params or None), meter)

    async def _persist(
        self,
        what: str,
        ask: Callable[[], Awaitable[Result]],
        meter: Meter,
        pages: PageSize | None = None,
        can_split: bool = False,
    ) -> Result:
        """Ask until there is an answer, within the bounds of one question and of the run."""
        heavy = 0  # failures in a row for the weight of a page of one
        try:
            async for attempt in AsyncRetrying(
                stop=stop_after_attempt(ATTEMPTS),
                wait=_pause,
                retry=retry_if_exception_type(TryAgain),
                sleep=lambda seconds: self._sender.rest_for(seconds, meter),
                reraise=True,
            ):
                with attempt:
                    number = attempt.retry_state.attempt_number
                    if number > 1:
                        self._count_retry(meter)
                    try:
                        answer = await ask()
                        self._useless = 0
                        return answer
                    except TryAgain as error:
                        smaller = error.shrink and pages is not None and pages.failed()
                        heavy = heavy + 1 if error.shrink and pages and not smaller else 0
                        if heavy >= HEAVY_ATTEMPTS or (error.shrink and can_split and number > 1):
                            raise TooHeavy(f"GitHub gave no usable answer to {what}: {error}.") from None
                        if not smaller:
                            await self._count_useless(error, meter)
                        if error.seconds is not None:
                            self._sender.check_wait(error.seconds, str(error))
                        elif heavy:
                            error.seconds = HEAVY_PAUSE * heavy
                        raise
        except TryAgain as error:
            size = f" even for pages of {pages.size}" if pages else ""
            raise RequestFailed(f"GitHub gave no usable answer to {what}{size}: {error}.") from None
        raise AssertionError("tenacity ends by an answer or an error")

    def _judge_holes(self, text: str, outcome: d.Good, wanted: bool, times: int) -> None:
        """Raise TryAgain unless an answer with holes may be kept; `times` is how often this question had some."""
        hole = next((one for one in outcome.holes if not one.of_permission), outcome.holes[0])
        why = f"{hole.kind or 'an error'}: {hole.message}"
        if not wanted or not partial_answers.bearable(text, outcome.holes):
            raise TryAgain(why, shrink=True)
        if not hole.of_permission and times < HOLE_ATTEMPTS:
            raise TryAgain(why)

    async def _count_useless(self, error: TryAgain, meter: Meter) -> None:
        """Raise GitHubUnreachable after many useless answers, unless GitHub answers what it always can."""
        self._useless += 1
        if self._useless < USELESS_ANSWERS:
            return
        if not await self._is_there(meter):
            raise GitHubUnreachable(
                f"GitHub at {self.api_url} gave no usable answer {self._useless} times in a row ({error}).",
                "Run the same command again later; where GITHUB_API_URL is set, see that it is right.",
            ) from None
        self._useless = 0

    async def _is_there(self, meter: Meter) -> bool:
        """Whether GitHub answers what it can always answer: whose token it is."""
        body = {"operationName": "Viewer", "query": queries.load("Viewer"), "variables": {}}
        try:
            outcome, _ = await self._sender.send(
                Question("graphql", "Viewer", self.graphql_url, json=body, price=lambda: 1), meter
            )
        except TryAgain:
            return False
        return isinstance(outcome, d.Good)

    def _count_retry(self, meter: Meter) -> None:
        for one in (meter, self.total):
            one.retries += 1
        if self.total.retries > self.bounds.retries:
            raise BudgetExhausted(
                f"GitHub at {self.api_url} failed {self.total.retries} times in this run.",
                "Run the same command again later; where GITHUB_API_URL is set, see that it is right.",
            )

    def _fail_moved(self, location: str | None) -> NoReturn:
        """Raise what a redirect of GraphQL means: an address that is set wrongly, or somebody between us and GitHub."""
        there = urljoin(self.graphql_url, location or "")
        if urlsplit(there).hostname == urlsplit(self.graphql_url).hostname:
            raise UsageError(
                f"GitHub's GraphQL API at {self.graphql_url} has moved to {there}.", "Set GITHUB_GRAPHQL_URL to that."
            )
        raise GitHubUnreachable(
            f"{self.graphql_url} leads to another server, {there}.",
            "See whether a proxy or a login page is in between, and that GITHUB_GRAPHQL_URL is right.",
        )

    def _fail(self, what: str, outcome: d.Outcome) -> NoReturn:
        """Raise what an outcome that is no answer means."""
        match outcome:
            case d.Transient(why, shrink, seconds):
                raise TryAgain(why, seconds, shrink)
            case d.Missing(reason, _, said):
                raise failures.absent(what, reason, said)
            case d.NotInSchema(why):
                raise _NotInSchema(why)
            case d.ApiEnded(said):
                raise SchemaChanged(
                    f"GitHub no longer serves the version of its API that is asked for: {said.rstrip('.')}.",
                    "Install a newer version of collect-signals.",
                )
            case d.Refused(why):
                raise NotAuthorised(f"GitHub refuses the token ({why.rstrip('.')}).", failures.next_step(why))
            case _:
                raise NotAccepted(f"GitHub does not accept {what}: {getattr(outcome, 'why', outcome)}.")


def require(answer: d.Good, key: str, what: str) -> Any:
    """What an answer has at `key`, a name or several with dots between them ("node.issues").

    Where that is null, raises Forbidden or NotThere, by what GitHub said; `what` names it to the user.
    """
    found = answer.data
    for name in key.split("."):
        found = found.get(name)
        if found is None:
            absence = answer.missing.get(name, d.Absence("not_found", ""))
            raise failures.absent(what, absence.reason, absence.message)
    return found


_backoff = wait_random_exponential(multiplier=0.5, max=30)


def _pause(state: RetryCallState) -> float:
    """As long as GitHub asked for, else exponentially longer with some chance in it."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.seconds if isinstance(error, TryAgain) else None
    return asked or float(_backoff(state))


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
