"""A timeline for the demo's stories: events run in order of time, with helpers for dates, people and phrases."""

import heapq
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from random import Random
from typing import Any

from collector.emulator.accounts import Account
from collector.emulator.times import later
from collector.emulator.world import World

PARTS = ("scheduler", "cache", "peer list", "ledger", "worker pool", "price feed", "installer", "task queue", "log")
TROUBLES = (
    "stops after a restart",
    "keeps growing",
    "ignores its limit",
    "reports the wrong unit",
    "hangs at noon",
)
ADVICES = (
    "the newest build should cope with it",
    "a longer timeout helps until this is fixed",
    "your log would show whether the clock is off",
    "we see it too and know the cause",
    "the setting was renamed and the page is behind",
    "please try it with one worker first",
)
OPENINGS = (
    "Good catch:",
    "I can reproduce this;",
    "Thank you for the trace,",
    "This is by design, but",
    "As it happens,",
)


class Timeline:
    """Schedules events between `start` and `end`, and runs them in order of time."""

    def __init__(self, world: World, seed: str, start: str, end: str) -> None:
        self.world, self.start, self.end = world, start, end
        self.random = Random(seed)
        self._agenda: list[tuple[str, int, Callable[[], object]]] = []
        self._order = count()

    def schedule(self, at: str, do: Callable[..., object], *arguments: Any, **more: Any) -> None:
        """Schedule do(*arguments, at=at, **more); ignored if `at` is not before the end."""
        if at < self.end:
            what: Callable[[], object] = partial(do, *arguments, at=at, **more)
            heapq.heappush(self._agenda, (at, next(self._order), what))

    def run(self) -> None:
        """Run all events, including those that events schedule."""
        while self._agenda:
            heapq.heappop(self._agenda)[2]()

    def weeks(self) -> list[str]:
        """Return the start of each full week."""
        found = [self.start]
        while later(found[-1], days=14) <= self.end:
            found.append(later(found[-1], days=7))
        return found

    def some_time(self, week: str) -> str:
        """Return a random time in the working hours of a week."""
        return later(week, days=self.random.randrange(5), hours=8 + self.random.random() * 10)

    def delay(self, median_hours: float) -> float:
        """Return a log-normal random delay in hours: usually near the median, occasionally much longer."""
        return median_hours * self.random.lognormvariate(0, 0.8)

    def trouble(self) -> str:
        """Return a title for an issue or its fix."""
        return f"The {self.random.choice(PARTS)} {self.random.choice(TROUBLES)}"

    def answer(self) -> str:
        """Return a helpful comment."""
        pick = self.random.choice
        return f"{pick(OPENINGS)} {pick(ADVICES)}. It concerns the {pick(PARTS)}, where {pick(ADVICES)}."

    def people(self, prefix: str, names: Sequence[str] | int, since: str = "2017-05-01") -> list[Account]:
        """Create accounts with these names, or this many numbered ones."""
        chosen = [f"{n + 1}" for n in range(names)] if isinstance(names, int) else names
        return [self.world.user(f"example-{prefix}-{name}", since) for name in chosen]
