"""A client of GitHub whose responses are scripted, with a clock that only waiting moves."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx

from collector.github.client import (
    Bounds,
    GitHub,
    Meter,
)
from collector.github.http import Http
from collector.github.page_size import PageSize
from collector.github.rate_limits import Viewer
from collector.github.responses import Success

API = "https://api.github.com"

SECONDARY = {"message": "You have exceeded a secondary rate limit."}


class Script(httpx.AsyncBaseTransport):
    """Answers what it is told, in turn; the last answer for ever. An answer may be a function of the request."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.at: list[float] = []
        self.clock: Callable[[], float] = lambda: 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        self.at.append(self.clock())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        if isinstance(body, bytes):
            return httpx.Response(status, content=body, headers=headers)
        return httpx.Response(status, json=body, headers=headers)


class Desk:
    """A client with scripted answers and a clock that only waiting moves."""

    def __init__(self, *answers: Any, bounds: Bounds | None = None, viewers: list[Viewer] | None = None) -> None:
        self.now = 1_767_225_600.0
        self.waits: list[float] = []
        self.script, self.meter = Script(*answers), Meter()
        self.script.clock = lambda: self.now
        self.github = GitHub(
            Http("test", self.script),
            API,
            f"{API}/graphql",
            viewers or [Viewer(["token"])],
            bounds or Bounds(),
            clock=lambda: self.now,
            monotonic=lambda: self.now,
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def ask(self, pages: PageSize | None = None, can_split: bool = False) -> Any:
        return self.answer("query Issues { x }", pages, can_split).data

    def answer(
        self, text: str, pages: PageSize | None = None, can_split: bool = False, partial: bool = False
    ) -> Success:
        question = self.github.graphql("Issues", text, {}, self.meter, pages, can_split, partial)
        return asyncio.run(question)

    def get(self, path: str = "/repos/a/b") -> Any:
        return asyncio.run(self.github.rest(path, {"per_page": "100"}, self.meter))


def first(request: httpx.Request) -> int:
    """The page size that a question asked for."""
    return int(json.loads(request.content)["variables"]["first"])


GOOD = {"data": {"rateLimit": {"cost": 3}, "x": 1}}

CHEAP = {"data": {"rateLimit": {"cost": 1}, "x": 1}}


def shown(used: int) -> dict[str, str]:
    return {
        "x-ratelimit-remaining": str(5000 - used),
        "x-ratelimit-used": str(used),
        "x-ratelimit-reset": str(1_767_225_600 + 3000),
    }
