"""GitHub's limits, kept before they are hit. Pure: the present is always given.

GitHub allows a viewer 5,000 points of GraphQL and 5,000 requests of REST an hour, 100 requests at once, 2,000 points
of GraphQL and 900 of REST a minute, and about 60 s of answering time of GraphQL, 90 s of both, in any 60 s.
Source: docs.github.com, "Rate limits and query limits for the GraphQL API" and "Rate limits for the REST API".
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from collector.github.penalties import Ledger

Api = Literal["graphql", "rest"]

MINUTE = 60.0
AT_ONCE = 60
GRAPHQL_A_MINUTE, REST_A_MINUTE = 1900, 850
GRAPHQL_SECONDS, ALL_SECONDS = 54.0, 82.0
# So many GraphQL questions at once while less than so many seconds of answering time were spent within the last minute;
# half as many for each further such time.
BURST, BURST_SECONDS = 8, 10.0


@dataclass
class SlidingSum:
    """A sum over the last minute that must stay below a ceiling."""

    ceiling: float
    total: float = 0.0
    rows: deque[tuple[float, float]] = field(default_factory=deque)

    def add(self, now: float, amount: float) -> None:
        """Note an amount spent at `now`."""
        self.rows.append((now, amount))
        self.total += amount

    def spent(self, now: float) -> float:
        """The amount of the last minute."""
        while self.rows and self.rows[0][0] <= now - MINUTE:
            self.total -= self.rows.popleft()[1]
        return self.total

    def wait(self, now: float, amount: float) -> float:
        """Seconds until `amount` more fits under the ceiling."""
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
    """Points left in the present hour of one API, as GitHub's headers last said, less what is under way."""

    remaining: int | None = None
    renewed_at: float = 0.0
    under_way: int = 0

    def wait(self, now: float, cost: int) -> float:
        """Seconds until `cost` points can be spent; 0 when they can be now, or nothing is known yet."""
        if self.remaining is None or now >= self.renewed_at:
            return 0.0
        return 0.0 if self.remaining - self.under_way >= cost else self.renewed_at - now

    def spend(self, points: int) -> None:
        """Note points that were spent without an answer to say so."""
        if self.remaining is not None:
            self.remaining = max(0, self.remaining - points)

    def learn(self, remaining: int, seconds_left: float, now: float) -> None:
        """Take over what an answer's headers say. Answers may overtake each other: within an hour the least counts."""
        renewed_at = now + seconds_left
        if self.remaining is None or renewed_at > self.renewed_at + 5:
            self.remaining, self.renewed_at = remaining, renewed_at
        else:
            self.remaining = min(self.remaining, remaining)


class Viewer:
    """The limits of one viewer: all tokens of one user share them."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.turn = 0
        self.budgets: dict[Api, Budget] = {"graphql": Budget(), "rest": Budget()}
        self.blocked_until = 0.0
        self.count: dict[Api, SlidingSum] = {"graphql": SlidingSum(GRAPHQL_A_MINUTE), "rest": SlidingSum(REST_A_MINUTE)}
        self.seconds = {"graphql": SlidingSum(GRAPHQL_SECONDS), "all": SlidingSum(ALL_SECONDS)}
        self.expected: dict[str, float] = {}
        self.seconds_under_way = {"graphql": 0.0, "all": 0.0}
        self.under_way = 0
        self.questions_under_way = 0
        self.at_once = AT_ONCE
        self.ledger = Ledger()
        self.blind_timeouts = 0  # since an answer last told what is left

    def next_token(self) -> str:
        """The viewer's tokens in turn."""
        self.turn += 1
        return self.tokens[self.turn % len(self.tokens)]

    def wait(self, api: Api, name: str, cost: int, now: float) -> float:
        """Seconds before a request may be sent. When 0, and there is room, `start` it at once."""
        waits = [self.blocked_until - now, self.budgets[api].wait(now, cost), self.count[api].wait(now, 1)]
        seconds = self.expected.get(name, 0.5)
        for kind in ("graphql", "all") if api == "graphql" else ("all",):
            waits.append(self.seconds[kind].wait(now, self.seconds_under_way[kind] + seconds))
        return max(0.0, *waits)

    def full(self, api: Api, now: float) -> bool:
        """Whether one that is under way must end before a request may be sent.

        Several at once are sooner done, but in the long run not more of them: GitHub grants about a second of answering
        time a second. And where its answers wait for each other, each seems to take as long as all of them. So the more
        of a minute's answering time is spent, the fewer questions are asked at once; at last one after the other.
        """
        if self.under_way >= self.at_once:
            return True
        if api == "rest":
            return False
        spent = self.seconds["graphql"].spent(now) + self.seconds_under_way["graphql"]
        return self.questions_under_way >= max(1, BURST >> int(spent / BURST_SECONDS))

    def start(self, api: Api, name: str, cost: int, now: float) -> float:
        """Note that a request is sent; returns the answering time reserved for it, to be given to `finish`."""
        reserved = self.expected.get(name, 0.5)
        self.under_way += 1
        self.questions_under_way += api == "graphql"
        self.budgets[api].under_way += cost
        self.count[api].add(now, 1)
        self._reserve(api, reserved)
        return reserved

    def finish(self, api: Api, name: str, cost: int, now: float, reserved: float, took: float) -> None:
        """Note that a request sent by `start` has ended, and how long it took."""
        self.under_way -= 1
        self.questions_under_way -= api == "graphql"
        self.budgets[api].under_way -= cost
        self._reserve(api, -reserved)
        for kind in ("graphql", "all") if api == "graphql" else ("all",):
            self.seconds[kind].add(now, took)
        known = self.expected.get(name)
        self.expected[name] = took if known is None else 0.7 * known + 0.3 * took

    def block(self, until: float) -> None:
        """Nothing may be sent until then, and then only half as much at once."""
        self.blocked_until = max(self.blocked_until, until)
        self.at_once = max(1, min(self.at_once, self.under_way + 1) // 2)

    def _reserve(self, api: Api, seconds: float) -> None:
        for kind in ("graphql", "all") if api == "graphql" else ("all",):
            self.seconds_under_way[kind] += seconds
