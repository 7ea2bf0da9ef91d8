"""A response under mutation, the values in it, and what cannot stand in their places."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import httpx
from graphql import GraphQLNonNull, GraphQLObjectType

from collector.github.query_parsing import schema

# Texts that GitHub lets a user choose, and cursors, which are opaque: any other text is as plausible.
FREE = {
    "title", "name", "login", "body", "description", "messageHeadline", "message", "path", "baseRefName", "headRefName",
    "tagName", "spdxId", "homepageUrl", "nameWithOwner", "state", "stateReason", "authorAssociation", "typename", "url",
    "__typename", "ref", "type", "activity_type", "node_id",
}  # fmt: skip
TIME_NAMES = ("At", "Date", "date", "timestamp")
IMPOSSIBLE = ["10000-01-01T00:00:00Z", "2025-13-45T61:99:99Z", "9999-12-31T23:59:59-14:00", "0000-00-00"]


@dataclass
class Reply:
    """A response under mutation. `raise_` is the error that is raised in its place."""

    status: int
    headers: dict[str, str]
    content: bytes
    raise_: type[httpx.TransportError] | None = None

    def json(self) -> Any:
        return json.loads(self.content)

    def take(self, body: Any) -> None:
        self.content = json.dumps(body).encode()


@dataclass(frozen=True)
class Spot:
    """A value in a JSON document: `owner[key]`, at `path`."""

    owner: Any
    key: Any
    path: tuple[str | int, ...]

    @property
    def value(self) -> Any:
        return self.owner[self.key]

    @property
    def name(self) -> str:
        """The innermost key of an object on the path."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def spots(value: Any, path: tuple[str | int, ...] = ()) -> list[Spot]:
    """Return every value in a document."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value))) if value else []
    found = []
    for key in keys:
        found.append(Spot(value, key, (*path, key)))
        if isinstance(value[key], dict | list):
            found += spots(value[key], (*path, key))
    return found


@cache
def nullable() -> frozenset[str]:
    """The names of fields that GitHub may leave null, in any type."""
    types = [t for t in schema().type_map.values() if isinstance(t, GraphQLObjectType)]
    names = {n for t in types for n, f in t.fields.items() if not isinstance(f.type, GraphQLNonNull)}
    return frozenset(names | {"page", "node", "actor", "homepage", "diffs", "own", "sizes", "tagCommit"})


def junk(random: Random, spot: Spot) -> Any:
    """Return a value that cannot stand at this place."""
    numbers: list[Any] = [-1, 2**63, 2**64, 10**400, 1.5, float("nan"), float("inf"), -(2**70)]
    texts: list[Any] = ["", "²", "\0", "\ud800", "-1", "9" * 5_000, "x" * 100_000]
    shapes: list[Any] = [[], {}, [[]], {"nodes": []}, [None], {"": None}]
    match spot.value:
        case bool():
            return random.choice([*numbers, *texts, *shapes, 0, 1, "true"])
        case int():
            return random.choice([*numbers, *texts, *shapes, True, "1²"])
        case str() if spot.name in FREE:
            return random.choice([*numbers, *shapes, True, 7])
        case str() if spot.name.endswith(TIME_NAMES):
            return random.choice([*numbers, *texts, *IMPOSSIBLE, *shapes, True, 7])
        case str():
            return random.choice([*numbers, *texts, *shapes, False])
        case dict():
            return random.choice([*numbers, *texts, *shapes[2:], [], True])
        case list():
            return random.choice([*numbers, *texts, {}, {"nodes": []}, True, "[]"])
    return random.choice([*numbers, *shapes, *texts, True])


def _is_written(spot: Spot) -> bool:
    """Whether what is lost here would leave a trace: not the price of a query, nor what only tests look at."""
    return "rateLimit" not in spot.path and "errors" not in spot.path[:1]


def any_spot(random: Random, body: Any, wanted: Callable[[Spot], bool] = lambda s: True) -> Spot | None:
    found = [s for s in spots(body) if _is_written(s) and wanted(s)]
    return random.choice(found) if found else None
