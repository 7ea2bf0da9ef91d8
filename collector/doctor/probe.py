"""Sends single queries to GitHub without retries, and records seconds, points, headers and null ids."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.github import headers, older_schemas, responses
from collector.github.client import GitHub, Meter
from collector.github.price import price
from collector.github.sending import Request, Sender, TryAgain

ANSWERED = "answered"
IDS = ("databaseId", "fullDatabaseId")


@dataclass(frozen=True)
class Timing:
    """One query: its page size, the seconds until the response, its cost in points, and the result."""

    question: str
    size: int
    seconds: float
    points: int
    came: str


@dataclass
class Probe:
    """Queries that are not retried when they fail, for at most `most` points in all."""

    github: GitHub
    lacks: frozenset[str]
    most: int
    meter: Meter = field(default_factory=Meter)
    timings: list[Timing] = field(default_factory=list)
    # Responses by status, and how many of them had rate limit headers.
    answers: Counter[str] = field(default_factory=Counter)
    with_limits: Counter[str] = field(default_factory=Counter)
    # By field, such as "releases.databaseId": ids received, and how many of them were null.
    ids: Counter[str] = field(default_factory=Counter)
    nulls: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        g = self.github
        self._sender = Sender(g.http, g.api_url, g.viewers, g.bounds, g.clock, g.monotonic, g.sleep)

    async def ask(self, name: str, size: int, text: str, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the data of a response; None if the query failed or would exceed the points.

        Raises BudgetExhausted, GitHubUnreachable, and SchemaChanged if the server lacks an essential field.
        """
        text = older_schemas.fit(text, self.lacks)
        points = price(text, variables).points
        if self.meter.points + points > self.most:
            self.timings.append(Timing(name, size, 0.0, 0, f"skipped: over {self.most} points in total"))
            return None
        body = {"operationName": name, "query": text, "variables": dict(variables)}
        request = Request("graphql", name, self.github.graphql_url, json=body, price=lambda: points)
        began, before = self.github.monotonic(), self.meter.points
        try:
            outcome, answer = await self._sender.send(request, self.meter)
        except TryAgain as error:
            came, seconds, data = str(error), self.github.monotonic() - began, None
        else:
            came, seconds = _came(outcome), answer.took
            data = outcome.data if isinstance(outcome, responses.Success) else None
            self._note(f"{answer.status}{'' if came == ANSWERED else ' with errors'}", answer.headers, data)
        self.timings.append(Timing(name, size, round(seconds, 2), self.meter.points - before, came))
        return data

    @property
    def last(self) -> Timing:
        """The query that was sent last."""
        return self.timings[-1]

    def _note(self, status: str, told: Mapping[str, str], data: Any) -> None:
        self.answers[status] += 1
        self.with_limits[status] += headers.remaining(told) is not None
        self._count_ids(data, "")

    def _count_ids(self, value: Any, place: str) -> None:
        if isinstance(value, list):
            for one in value:
                self._count_ids(one, place)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key in IDS:
                    self.ids[f"{place}.{key}"] += 1
                    self.nulls[f"{place}.{key}"] += one is None
                else:
                    self._count_ids(one, place if key in ("nodes", "node") else re.sub(r"^[in]\d+$", "repository", key))


def _came(outcome: responses.Outcome) -> str:
    match outcome:
        case responses.Success(_, missing, field_errors) if missing or field_errors:
            said = [absence.message for absence in missing.values()] + [error.message for error in field_errors]
            return f"{len(said)} parts missing: {said[0]}"
        case responses.Success():
            return ANSWERED
        case responses.Missing(reason, _, said):
            return f"{reason.replace('_', ' ')} {said}".strip()
        case _:
            return str(getattr(outcome, "why", None) or getattr(outcome, "said", outcome))
