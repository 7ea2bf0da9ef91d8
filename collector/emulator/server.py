"""The GitHub emulator's server: answers httpx requests from a world, in process, with fault injection."""

import json
import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

import httpx

from collector.emulator import execution
from collector.emulator.accounts import Account
from collector.emulator.faults import (
    CHANGED,
    LIST_FAULTS,
    RAISED,
    TIMEOUT_RESPONSES,
    Fault,
    Reply,
    rate_limited,
    timeout_response,
)
from collector.emulator.git import digest
from collector.emulator.list_faults import spoil, spoil_rest
from collector.emulator.oddities import TooLong
from collector.emulator.query_context import QueryContext
from collector.emulator.rest import Rest
from collector.emulator.times import epoch
from collector.emulator.weight import LIMIT, Weigher, rest_seconds
from collector.emulator.world import World

HOUR = 3600
FIRST_VERSION = "2022-11-28"
ERRORS: dict[str, type[httpx.TransportError]] = {
    "timeout": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "connect": httpx.ConnectError,
}


@dataclass
class Budget:
    """A viewer's rate limit for one resource in the current hour."""

    limit: int = 5000
    used: int = 0
    reset: int = 0
    debt: int = 0  # points that timeouts subtract from the next hour

    @property
    def remaining(self) -> int:
        """Remaining points."""
        return max(0, self.limit - self.used)

    def shown(self) -> dict[str, int]:
        """Return it as in GET /rate_limit and in the headers of every response."""
        return {"limit": self.limit, "remaining": self.remaining, "used": self.used, "reset": self.reset}


@dataclass
class Logged:
    """A logged request."""

    method: str
    path: str
    operation: str  # name of the GraphQL operation; empty for REST
    variables: dict[str, Any]
    points: int = 0
    nodes: int = 0  # possible nodes, by which GitHub limits queries
    status: int = 0  # 0: no response
    seconds: float = 0.0  # modelled
    fault: str | None = None  # kind of the fault that hit it
    query: str = field(default="", repr=False)

    def __str__(self) -> str:
        line = f"{self.method} {self.path}"
        return f"{line} {self.operation} {json.dumps(self.variables)}" if self.operation else line


class GitHubEmulator:
    """Serves a world over GitHub's REST and GraphQL APIs.

    `tokens` maps valid tokens to logins; with None, every token is valid and belongs to "collector". `clock` returns
    the time for rate limits in seconds since 1970, by default the world's. With `weight`, queries have a modelled time
    (weight.py) and time out after 10 seconds.
    """

    def __init__(
        self,
        world: World,
        tokens: dict[str, str] | None = None,
        clock: Callable[[], float] | None = None,
        weight: bool = False,
    ) -> None:
        self.world, self.tokens, self.clock, self.weight = world, tokens, clock, weight
        for login in ["collector"] if tokens is None else tokens.values():
            world.user(login)
        # Token -> extra response headers, such as {"x-oauth-scopes": "repo"}.
        self.token_headers: dict[str, dict[str, str]] = {}
        self.log: list[Logged] = []
        self.faults: list[Fault] = []
        self.budgets: dict[tuple[str, str], Budget] = {}
        self.timeouts = self.timeout_points = 0  # timed-out queries, and the points that they cost the next hour
        self.modelled_seconds = 0.0  # of all queries
        # Emulate other servers than github.com:
        self.without: Set[str] = frozenset()  # names that the schema lacks, see older_schemas.py
        self.has_limits = True  # rate limits, which Enterprise Server has disabled by default
        self.has_activity = True  # the push log
        self.graphql_moved: int | None = None  # redirect /graphql to /api/graphql with this status
        self.sunset_versions: set[str] = set()  # REST versions that are no longer supported
        self.deprecated_versions: dict[str, tuple[str, str]] = {}  # REST version -> dates (deprecated, sunset)

    def fail(self, match: str, kind: str, nth: int = 1, times: int | None = 1, **details: Any) -> Fault:
        """Inject a fault into requests whose "METHOD path operation variables" matches the regular expression `match`.

        The kinds and their details are listed at the top of faults.py. If a fault changes a part that a response does
        not have, it waits for a response that has it.
        """
        fault = Fault(match, kind, nth, None if kind == "node_timeout" else times, details)
        self.faults.append(fault)
        return fault

    def budget(self, resource: str = "graphql", login: str = "collector") -> Budget:
        """Return a viewer's budget for "graphql" or "core"; tests may set its `used` and `limit`."""
        budget = self.budgets.setdefault((login, resource), Budget())
        if budget.reset <= self._seconds():
            budget.reset, budget.used, budget.debt = self._seconds() + HOUR, min(budget.limit, budget.debt), 0
        return budget

    def points(self) -> int:
        """Return the GraphQL points used so far."""
        return sum(entry.points for entry in self.log if entry.path == "/graphql")

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return a transport with which an httpx.AsyncClient sends its requests here."""
        return _Transport(self)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request. Raises an httpx error if a fault injects one."""
        entry, text = self.parse(request)
        self.log.append(entry)
        fault = next((f for f in self.faults if f.hits(str(entry), entry.nodes)), None)
        answer = self._answer(request, entry, text, fault)
        entry.status = answer.status
        headers = {
            "content-type": "application/json; charset=utf-8",
            "date": formatdate(self._seconds(), usegmt=True),
            "x-github-request-id": self._request_id(),
            **answer.headers,
            **self.token_headers.get(_token(request), {}),
        }
        for name, value in (fault.details.get("headers", {}) if fault else {}).items():
            headers.pop(name, None)
            if value is not None:
                headers[name] = str(value)
        content = answer.content()
        if fault and fault.kind == "truncate":
            content = content[: len(content) // 2]
        return httpx.Response(answer.status, headers=headers, content=content, request=request)

    def parse(self, request: httpx.Request) -> tuple[Logged, str]:
        """Return what the log says of a request, and the text of its query; empty for REST."""
        path = request.url.raw_path.decode()
        if request.url.path.endswith("/graphql"):
            body = json.loads(request.content or b"{}")
            text, variables = body.get("query", ""), body.get("variables") or {}
            price = execution.price(text, variables)
            name = execution.operation_name(text)
            return Logged(request.method, "/graphql", name, variables, nodes=price.nodes, query=text), text
        return Logged(request.method, path.removeprefix("/api/v3"), "", {}), ""

    def _seconds(self) -> int:
        return int(self.clock()) if self.clock else epoch(self.world.now)

    def _request_id(self) -> str:
        return f"{len(self.log):04X}:PRETEND"

    def _answer(self, request: httpx.Request, entry: Logged, text: str, fault: Fault | None) -> Reply:
        is_graphql = entry.path == "/graphql"
        if fault:
            entry.fault = fault.kind
            if fault.kind in RAISED:
                raise ERRORS[fault.kind]("Injected fault.", request=request)
        viewer = self._viewer(request)
        if viewer is None:
            return Reply(401, {"message": "Bad credentials", "status": "401"})
        budget = self.budget("graphql" if is_graphql else "core", viewer.login)
        if fault and fault.kind not in CHANGED:
            answer = fault.answer(is_graphql, self._request_id(), self._seconds())
            return Reply(answer.status, answer.body, {**self._limits(budget, is_graphql), **answer.headers})
        other_response = self._response_of_other_server(request, entry)
        if other_response:
            return other_response
        if entry.path == "/rate_limit":
            resources = {name: self.budget(name, viewer.login).shown() for name in ("core", "graphql")}
            return Reply(200, {"resources": resources, "rate": resources["core"]}, self._limits(budget, False))
        if self.has_limits and not budget.remaining:
            return rate_limited(is_graphql, self._limits(budget, is_graphql))
        try:
            answer = self._serve(request, entry, text, viewer, fault)
        except TooLong:
            answer = self._time_out(entry)
            if fault:
                fault.undo_hit()
                entry.fault = None
            budget.debt += entry.points
        self.modelled_seconds += entry.seconds
        budget.used += entry.points
        return Reply(answer.status, answer.body, {**self._limits(budget, is_graphql), **answer.headers})

    def _response_of_other_server(self, request: httpx.Request, entry: Logged) -> Reply | None:
        """Return the response in which another server differs from github.com, otherwise None."""
        if entry.path == "/graphql":
            if self.graphql_moved is None or request.url.path != "/graphql":
                return None
            location = str(request.url.copy_with(path="/api/graphql"))
            return Reply(self.graphql_moved, {"message": "Moved Permanently", "url": location}, {"location": location})
        version = request.headers.get("x-github-api-version", FIRST_VERSION)
        if version in self.sunset_versions:
            message = f"API version {version} is no longer supported. Please use a supported version."
            return Reply(410, {"message": message, "status": "410"})
        if entry.path == "/rate_limit" and not self.has_limits:
            return Reply(404, {"message": "Rate limiting is not enabled.", "status": "404"})
        if not self.has_activity and re.search(r"/activity(\?|$)", entry.path):
            return Reply(404, {"message": "Not Found", "status": "404"})
        return None

    def _serve(self, request: httpx.Request, entry: Logged, text: str, viewer: Account, fault: Fault | None) -> Reply:
        if entry.path == "/graphql":
            entry.points = execution.price(text, entry.variables).points
            field_fault = fault if fault and fault.kind == "field_error" else None
            weigher = Weigher() if self.weight else None
            context = QueryContext(
                without=frozenset(self.without), limits=self.has_limits, field_fault=field_fault, weigher=weigher
            )
            answer = Reply(200, execution.execute(self.world, viewer, text, entry.variables, context))
            entry.seconds = weigher.seconds if weigher else 0.0
            hit = context.hit
        else:
            entry.points = 1
            url, prefix = request.url, "/api/v3" if request.url.path.startswith("/api/v3") else ""
            base = (str(url.copy_with(raw_path=b"")) + prefix).removesuffix("/")
            answer = Rest(self.world, viewer, base).answer(url.path.removeprefix("/api/v3"), dict(url.params))
            entry.seconds = rest_seconds(answer.body) if self.weight else 0.0
            if answer.status == 200:
                answer.headers["etag"] = f'W/"{digest(answer.body)}"'
                if request.headers.get("if-none-match") == answer.headers["etag"]:
                    # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
                    answer, entry.points = Reply(304, b"", answer.headers), 0
            answer.headers.update(self._version(request))
            hit = False
        if entry.seconds > LIMIT:
            raise TooLong
        if fault and fault.kind == "resource_limits":
            answer.body = execution.cut(answer.body, fault.details["nodes"])
        elif fault and fault.kind in LIST_FAULTS:
            is_graphql = entry.path == "/graphql"
            hit = (
                spoil(fault, answer.body.get("data"), entry.variables)
                if is_graphql
                else spoil_rest(fault, answer, str(request.url))
            )
        elif fault and fault.kind == "change" and answer.status == 200:
            body = json.loads(answer.content())
            changed, hit = fault.details["change"](body), True
            answer.body = body if changed is None else changed
        if fault and not hit and fault.kind in ("field_error", "change", *LIST_FAULTS):
            fault.undo_hit()
            entry.fault = None
        return answer

    def _version(self, request: httpx.Request) -> dict[str, str]:
        """Return the REST headers for a deprecated API version.

        https://docs.github.com/en/rest/about-the-rest-api/api-versions
        """
        version = request.headers.get("x-github-api-version", FIRST_VERSION)
        dates = self.deprecated_versions.get(version)
        if dates is None:
            return {}
        deprecated, sunset = (formatdate(epoch(date), usegmt=True) for date in dates)
        return {"deprecation": deprecated, "sunset": sunset}

    def _time_out(self, entry: Logged) -> Reply:
        """Return the response to a query that timed out; the three forms that GitHub uses take turns.

        GitHub subtracts additional points from the next hour's rate limit:
        https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
        """
        how = TIMEOUT_RESPONSES[self.timeouts % len(TIMEOUT_RESPONSES)]
        self.timeouts += 1
        self.timeout_points += entry.points
        entry.seconds = LIMIT
        return timeout_response(how, self._request_id())

    def _limits(self, budget: Budget, is_graphql: bool) -> dict[str, str]:
        if not self.has_limits:
            return {}
        shown = {f"x-ratelimit-{name}": str(value) for name, value in budget.shown().items()}
        return {**shown, "x-ratelimit-resource": "graphql" if is_graphql else "core"}

    def _viewer(self, request: httpx.Request) -> Account | None:
        token = _token(request)
        login = "collector" if self.tokens is None and token else (self.tokens or {}).get(token)
        return self.world.user(login) if login else None


def _token(request: httpx.Request) -> str:
    return str(request.headers.get("authorization", "")).partition(" ")[2].strip()


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, server: GitHubEmulator) -> None:
        self.server = server

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.server.handle(request)
