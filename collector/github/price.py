"""Compute the cost of a GraphQL query by GitHub's published formula.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collector.github.query_parsing import selected

# The most nodes that one query may request:
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
NODE_LIMIT = 500_000


@dataclass(frozen=True)
class Price:
    """Points of the hourly rate limit, and the most nodes that the response can have."""

    points: int
    nodes: int


def price(text: str, variables: Mapping[str, Any]) -> Price:
    """Return the price: the requests needed to fill all connections, divided by 100 and rounded, at least 1 point.

    `text` is one of the collector's queries: connections are recognised by the types of the bundled schema.
    """
    counts = {name: range(len(v)) if isinstance(v, list) else v for name, v in variables.items()}
    return _price(text, frozenset((name, v) for name, v in counts.items() if isinstance(v, int | range)))


@lru_cache(maxsize=1024)
def _price(text: str, counts: frozenset[tuple[str, int | range]]) -> Price:
    """Compute the price from numbers and list lengths only, so that a sync's thousands of queries hit the cache."""
    asked = selected(text, dict(counts))
    requests = sum(one.times for one in asked if one.type.endswith("Connection"))
    nodes = sum(one.times * one.rows for one in asked)
    # Half a point is rounded up; round() would round it to the even neighbour.
    return Price(max(1, int(requests / 100 + 0.5)), nodes)
