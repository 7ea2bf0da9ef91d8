"""A small world, and a way to put questions to it."""

from collections.abc import Callable
from typing import Any

import pytest

from collector.emulator.world import World
from tests.emulator.client import Client


@pytest.fixture
def world() -> World:
    return World(now="2026-01-01")


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


@pytest.fixture
def walk(client: Client) -> Callable[..., list[dict[str, Any]]]:
    """All nodes of a list, page by page."""

    def pages(document: str, field: str, size: int = 100, **variables: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = None
        while True:
            page = client.ask(document, first=size, after=after, **variables)["node"][field]
            found += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    return pages
