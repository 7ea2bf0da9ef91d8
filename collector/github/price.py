"""What a GraphQL question costs, by GitHub's published formula.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collector.github.query_parsing import selected

# The most nodes that a question may ask for.
NODE_LIMIT = 500_000


@dataclass(frozen=True)
class Price:
    """Points of the hour's budget, and the nodes that the answer can have at most."""

    points: int
    nodes: int


def price(text: str, variables: Mapping[str, Any]) -> Price:
    """Requests needed to fill every connection to its limit, by 100, rounded, at least 1 point.

    `text` is one of the collector's documents: connections are known by the types of its schema.
    """
    counts = {name: range(len(v)) if isinstance(v, list) else v for name, v in variables.items()}
    return _price(text, frozenset((name, v) for name, v in counts.items() if isinstance(v, int | range)))


@lru_cache(maxsize=1024)
def _price(text: str, counts: frozenset[tuple[str, int | range]]) -> Price:
    """The price by what it depends on: numbers, and how long lists are. A sync asks few different ones of thousands."""
    asked = selected(text, dict(counts))
    requests = sum(one.times for one in asked if one.type.endswith("Connection"))
    nodes = sum(one.times * one.rows for one in asked)
    return Price(max(1, int(requests / 100 + 0.5)), nodes)
