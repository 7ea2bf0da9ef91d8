"""Client-side rate limiting, so that GitHub's limits are never hit. Pure: the current time is always an argument.

GitHub allows a user 5,000 GraphQL points and 5,000 REST requests per hour, 100 concurrent requests, 2,000 GraphQL and
900 REST points per minute, and about 60 s of CPU time of GraphQL, 90 s of both APIs together, per 60 s of real time.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from collector.github.point_ledger import Ledger

Api = Literal["graphql", "rest"]

# GraphQL points of a user; the token of GitHub Actions has fewer.
POINTS_AN_HOUR = 5000
# All below GitHub's limits, as a margin for clocks that differ and for other programs of the same user.
MINUTE = 60.0
AT_ONCE = 60
GRAPHQL_A_MINUTE, REST_A_MINUTE = 1900, 850
GRAPHQL_SECONDS, ALL_SECONDS = 54.0, 82.0
# At most BURST concurrent GraphQL queries; half as many for every BURST_SECONDS of response time in the last minute.
BURST, BURST_SECONDS = 8, 10.0
# The assumed response time of a query before its first response.
UNKNOWN_SECONDS = 0.5


@dataclass
class SlidingSum:
    """A sum over the last minute that must stay within a ceiling."""

    ceiling: float
    total: float = 0.0
    rows: deque[tuple[float, float]] = field(default_factory=deque)

    def add(self, now: float, amount: float) -> None:
        """Record an amount spent at `now`."""
        self.rows.append((now, amount))
        self.total += amount

    def spent(self, now: float) -> float:
        """Return the amount spent within the last minute."""
        while self.rows and self.rows[0][0] <= now - MINUTE:
            self.total -= self.rows.popleft()[1]
        return self.total

    def wait(self, now: float, amount: float) -> float:
        """Return the seconds until `amount` more fits under the ceiling."""
        excess = self.spent(now) + amount - self.ceiling
        if excess <= 0 or not self.rows:
            return 0.0
        for at, spent in self.rows:
            excess -= spent
            if excess <= 0:
                return at + MINUTE - now
        return self.rows[-1][0] + MINUTE - now


@dataclass
class Budget:
    """The primary rate limit of one API: points left in the hour by GitHub's headers, and points in flight."""

    remaining: int | None = None
    renewed_at: float = 0.0
    in_flight: int = 0

    def wait(self, now: float, cost: int) -> float:
        """Return the seconds until `cost` points can be spent; 0 while the limit is unknown."""
        if self.remaining is None or now >= self.renewed_at:
            return 0.0
        return 0.0 if self.remaining - self.in_flight >= cost else self.renewed_at - now

    def spend(self, points: int) -> None:
        """Subtract points of a request whose response did not report what is left."""
        if self.remaining is not None:
            self.remaining = max(0, self.remaining - points)

    def learn(self, remaining: int, seconds_left: float, now: float) -> None:
        """Record a response's headers. Responses may arrive out of order: within an hour the least counts."""
        renewed_at = now + seconds_left
        # The headers have whole seconds and took their time: a few seconds later is still the same window.
        if self.remaining is None or renewed_at > self.renewed_at + 5:
            self.remaining, self.renewed_at = remaining, renewed_at
        else:
            self.remaining = min(self.remaining, remaining)


class Viewer:
    """The rate limits of one user, shared by all of that user's tokens. Times are monotonic, in seconds."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.turn = 0
        self.budgets: dict[Api, Budget] = {"graphql": Budget(), "rest": Budget()}
        self.blocked_until = 0.0
        self.count: dict[Api, SlidingSum] = {"graphql": SlidingSum(GRAPHQL_A_MINUTE), "rest": SlidingSum(REST_A_MINUTE)}
        self.seconds = {"graphql": SlidingSum(GRAPHQL_SECONDS), "all": SlidingSum(ALL_SECONDS)}
        self.expected: dict[str, float] = {}
        self.seconds_in_flight = {"graphql": 0.0, "all": 0.0}
        self.in_flight = 0
        self.queries_in_flight = 0
        self.at_once = AT_ONCE
        self.ledger = Ledger()
        self.blind_timeouts = 0  # timeouts since a response last reported what is left

    def next_token(self) -> str:
        """Return the user's tokens in turn."""
        self.turn += 1
        return self.tokens[self.turn % len(self.tokens)]

    def wait(self, api: Api, name: str, cost: int, now: float) -> float:
        """Return the seconds until a request may be sent. When 0 and not `full`, call `start` at once."""
        waits = [self.blocked_until - now, self.budgets[api].wait(now, cost), self.count[api].wait(now, 1)]
        seconds = self.expected.get(name, UNKNOWN_SECONDS)
        for kind in ("graphql", "all") if api == "graphql" else ("all",):
            waits.append(self.seconds[kind].wait(now, self.seconds_in_flight[kind] + seconds))
        return max(0.0, *waits)

    def full(self, api: Api, now: float) -> bool:
        """Return whether a request in flight must finish before another one may be sent.

        GitHub grants about one second of response time per second, so concurrency speeds up a burst but not a long run;
        and where queries queue behind each other, each is measured as taking as long as all of them. So the more of a
        minute's response time is spent, the fewer queries run concurrently, down to one.
        """
        if self.in_flight >= self.at_once:
            return True
        if api == "rest":
            return False
        spent = self.seconds["graphql"].spent(now) + self.seconds_in_flight["graphql"]
        return self.queries_in_flight >= max(1, BURST >> int(spent / BURST_SECONDS))

    def start(self, api: Api, name: str, cost: int, now: float) -> float:
        """Record that a request is sent; return the response time reserved for it, in seconds, to pass to `finish`."""
        reserved = self.expected.get(name, UNKNOWN_SECONDS)
        self.in_flight += 1
        self.queries_in_flight += api == "graphql"
        self.budgets[api].in_flight += cost
        self.count[api].add(now, 1)
        self._reserve(api, reserved)
        return reserved

    def finish(self, api: Api, name: str, cost: int, now: float, reserved: float, took: float) -> None:
        """Record that a request has ended and how many seconds it `took`."""
        self.in_flight -= 1
        self.queries_in_flight -= api == "graphql"
        self.budgets[api].in_flight -= cost
        self._reserve(api, -reserved)
        for kind in ("graphql", "all") if api == "graphql" else ("all",):
            self.seconds[kind].add(now, took)
        known = self.expected.get(name)
        # A moving average: neither one slow nor one quick response decides how many queries fit in a minute.
        self.expected[name] = took if known is None else 0.7 * known + 0.3 * took

    def block(self, until: float) -> None:
        """Block all requests until a time, and halve the concurrency afterwards (a secondary rate limit)."""
        self.blocked_until = max(self.blocked_until, until)
        # What was in flight, the refused request included, was too much.
        self.at_once = max(1, min(self.at_once, self.in_flight + 1) // 2)

    def _reserve(self, api: Api, seconds: float) -> None:
        for kind in ("graphql", "all") if api == "graphql" else ("all",):
            self.seconds_in_flight[kind] += seconds
