"""Waiting that takes no time: the command's limits are reckoned by a clock that only sleeping moves."""

import asyncio
from functools import partial

import pytest

from collector.github import environment
from collector.github.client import GitHub


class Waiting:
    """A monotonic clock, and the sleep that moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


def wait_at_once(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """Let every GitHub that a command asks be waited for without waiting."""
    waiting = Waiting()
    monkeypatch.setattr(environment, "GitHub", partial(GitHub, monotonic=waiting.monotonic, sleep=waiting.sleep))
    return waiting
