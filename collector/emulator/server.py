"""The pretend GitHub: answers httpx requests from a world, in process, and goes wrong when it is told to."""

import json
import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

import httpx

from collector.emulator import execution
from collector.emulator.faults import CHANGED, HEAVY, RAISED, SPOILT, Fault, Reply, gave_up, rate_limited
from collector.emulator.oddities import TooLong
from collector.emulator.resolving import Asked
from collector.emulator.rest import Rest
from collector.emulator.spoiling import spoil, spoil_rest
from collector.emulator.times import epoch
from collector.emulator.weight import LIMIT, Weigher, rest_seconds
from collector.emulator.world import Account, World

HOUR = 3600
FIRST_VERSION = "2022-11-28"
ERRORS: dict[str, type[httpx.TransportError]] = {
    "timeout": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "connect": httpx.ConnectError,
}


@dataclass
class Budget:
    """What a viewer may still spend of one resource in the running hour."""

    limit: int = 5000
    used: int = 0
    reset: int = 0
    debt: int = 0  # points that time-outs take off the next hour

    @property
    def remaining(self) -> int:
        """Points left."""
        return max(0, self.limit - self.used)

    def shown(self) -> dict[str, int]:
        """As in GET /rate_limit, and in the headers of every answer."""
        return {"limit": self.limit, "remaining": self.remaining, "used": self.used, "reset": self.reset}


@dataclass
class Logged:
    """A request as it came in, with its price, its modelled seconds, and what became of it (status 0: no answer)."""

    method: str
    path: str
    operation: str
    variables: dict[str, Any]
    points: int = 0
    nodes: int = 0
    status: int = 0
    seconds: float = 0.0
    fault: str | None = None
    query: str = field(default="", repr=False)

    def __str__(self) -> str:
        line = f"{self.method} {self.path}"
        return f"{line} {self.operation} {json.dumps(self.variables)}" if self.operation else line


class PretendGitHub:
    """Serves `world`. `tokens` maps the tokens it takes to logins; None takes any, as "collector".

    `clock` says the seconds since 1970 that limits are reckoned by; by default the world's now. With `weight` each
    question has a modelled answering time (weight.py), and what would take more than ten seconds is not answered.
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
        # What GitHub says of a token beside its answers, such as {"token": {"x-oauth-scopes": "repo"}}.
        self.token_headers: dict[str, dict[str, str]] = {}
        self.log: list[Logged] = []
        self.faults: list[Fault] = []
        self.budgets: dict[tuple[str, str], Budget] = {}
        # What took too long: how often, and the points that it took off the next hour; and all modelled seconds.
        self.timeouts = self.timeout_points = 0
        self.modelled_seconds = 0.0
        # Other servers: what the schema lacks (see lacking.py), an Enterprise server without limits, one without a push
        # log, one whose /graphql has moved to /api/graphql (the status that says so), REST versions that are no more,
        # and those that will be no more: version -> (deprecated, sunset), two dates.
        self.without: Set[str] = frozenset()
        self.has_limits = self.has_activity = True
        self.graphql_moved: int | None = None
        self.sunset_versions: set[str] = set()
        self.deprecated_versions: dict[str, tuple[str, str]] = {}

    def fail(self, match: str, kind: str, nth: int = 1, times: int | None = 1, **details: Any) -> Fault:
        """Let requests go wrong; `match` is searched for in "METHOD path operation variables" (see Logged).

        The kinds and their details are told at the top of faults.py. A fault that changes a part which the answer does
        not have waits for one that has it.
        """
        fault = Fault(match, kind, nth, None if kind == "node_timeout" else times, details)
        self.faults.append(fault)
        return fault

    def budget(self, resource: str = "graphql", login: str = "collector") -> Budget:
        """The budget of a viewer for "graphql" or "core"; set its `used` or `limit` at will."""
        budget = self.budgets.setdefault((login, resource), Budget())
        if budget.reset <= self._seconds():
            budget.reset, budget.used, budget.debt = self._seconds() + HOUR, min(budget.limit, budget.debt), 0
        return budget

    def points(self) -> int:
        """GraphQL points spent so far."""
        return sum(entry.points for entry in self.log if entry.path == "/graphql")

    def transport(self) -> httpx.AsyncBaseTransport:
        """A transport for httpx.AsyncClient that leads here."""
        return _Transport(self)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request; raises what httpx would where a fault says so."""
        entry, text = self._read(request)
        self.log.append(entry)
        struck = next((f for f in self.faults if f.strikes(str(entry), entry.nodes)), None)
        answer = self._answer(request, entry, text, struck)
        entry.status = answer.status
        headers = {
            "content-type": "application/json; charset=utf-8",
            "date": formatdate(self._seconds(), usegmt=True),
            "x-github-request-id": self._request_id(),
            **answer.headers,
            **self.token_headers.get(_token(request), {}),
        }
        for name, value in (struck.details.get("headers", {}) if struck else {}).items():
            headers.pop(name, None)
            if value is not None:
                headers[name] = str(value)
        content = answer.content()
        if struck and struck.kind == "truncate":
            content = content[: len(content) // 2]
        return httpx.Response(answer.status, headers=headers, content=content, request=request)

    def _seconds(self) -> int:
        return int(self.clock()) if self.clock else epoch(self.world.now)

    def _request_id(self) -> str:
        return f"{len(self.log):04X}:PRETEND"

    def _read(self, request: httpx.Request) -> tuple[Logged, str]:
        path = request.url.raw_path.decode()
        if request.url.path.endswith("/graphql"):
            body = json.loads(request.content or b"{}")
            text, variables = body.get("query", ""), body.get("variables") or {}
            price = execution.price(text, variables)
            name = execution.operation_name(text)
            return Logged(request.method, "/graphql", name, variables, nodes=price.nodes, query=text), text
        return Logged(request.method, path.removeprefix("/api/v3"), "", {}), ""

    def _answer(self, request: httpx.Request, entry: Logged, text: str, struck: Fault | None) -> Reply:
        is_graphql = entry.path == "/graphql"
        if struck:
            entry.fault = struck.kind
            if struck.kind in RAISED:
                raise ERRORS[struck.kind]("The pretend GitHub was told to fail.", request=request)
        viewer = self._viewer(request)
        if viewer is None:
            return Reply(401, {"message": "Bad credentials", "status": "401"})
        budget = self.budget("graphql" if is_graphql else "core", viewer.login)
        if struck and struck.kind not in CHANGED:
            answer = struck.answer(is_graphql, self._request_id(), self._seconds())
            return Reply(answer.status, answer.body, {**self._limits(budget, is_graphql), **answer.headers})
        elsewhere = self._elsewhere(request, entry)
        if elsewhere:
            return elsewhere
        if entry.path == "/rate_limit":
            resources = {name: self.budget(name, viewer.login).shown() for name in ("core", "graphql")}
            return Reply(200, {"resources": resources, "rate": resources["core"]}, self._limits(budget, False))
        if self.has_limits and not budget.remaining:
            return rate_limited(is_graphql, self._limits(budget, is_graphql))
        try:
            answer = self._serve(request, entry, text, viewer, struck)
        except TooLong:
            answer = self._gave_up(entry)
            if struck:
                struck.missed()
                entry.fault = None
            budget.debt += entry.points
        self.modelled_seconds += entry.seconds
        budget.used += entry.points
        return Reply(answer.status, answer.body, {**self._limits(budget, is_graphql), **answer.headers})

    def _elsewhere(self, request: httpx.Request, entry: Logged) -> Reply | None:
        """What a server answers that is another than github.com of today."""
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

    def _serve(self, request: httpx.Request, entry: Logged, text: str, viewer: Account, struck: Fault | None) -> Reply:
        if entry.path == "/graphql":
            entry.points = execution.price(text, entry.variables).points
            trouble = struck if struck and struck.kind == "field_error" else None
            weigher = Weigher() if self.weight else None
            asked = Asked(without=frozenset(self.without), limits=self.has_limits, trouble=trouble, weigher=weigher)
            answer = Reply(200, execution.execute(self.world, viewer, text, entry.variables, asked))
            entry.seconds = weigher.seconds if weigher else 0.0
            hit = asked.struck
        else:
            entry.points = 1
            url, prefix = request.url, "/api/v3" if request.url.path.startswith("/api/v3") else ""
            base = (str(url.copy_with(raw_path=b"")) + prefix).removesuffix("/")
            answer = Rest(self.world, viewer, base).answer(url.path.removeprefix("/api/v3"), dict(url.params))
            entry.seconds = rest_seconds(answer.body) if self.weight else 0.0
            answer.headers.update(self._version(request))
            hit = False
        if entry.seconds > LIMIT:
            raise TooLong
        if struck and struck.kind == "resource_limits":
            answer.body = execution.cut(answer.body, struck.details["nodes"])
        elif struck and struck.kind in SPOILT:
            is_graphql = entry.path == "/graphql"
            hit = (
                spoil(struck, answer.body.get("data"), entry.variables)
                if is_graphql
                else spoil_rest(struck, answer, str(request.url))
            )
        if struck and not hit and struck.kind in ("field_error", *SPOILT):
            struck.missed()
            entry.fault = None
        return answer

    def _version(self, request: httpx.Request) -> dict[str, str]:
        """The headers that a REST answer has for its version."""
        version = request.headers.get("x-github-api-version", FIRST_VERSION)
        dates = self.deprecated_versions.get(version)
        if dates is None:
            return {}
        deprecated, sunset = (formatdate(epoch(date), usegmt=True) for date in dates)
        return {"deprecation": deprecated, "sunset": sunset}

    def _gave_up(self, entry: Logged) -> Reply:
        """The answer to what took too long: one of GitHub's ways to say so after the other. Its points are charged, and
        once more to the next hour."""
        how = HEAVY[self.timeouts % len(HEAVY)]
        self.timeouts += 1
        self.timeout_points += entry.points
        entry.seconds = LIMIT
        return gave_up(how, self._request_id())

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
    def __init__(self, server: PretendGitHub) -> None:
        self.server = server

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.server.handle(request)
