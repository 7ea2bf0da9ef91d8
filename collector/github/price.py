"""What a GraphQL question costs, by GitHub's published formula.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collector.github.parsing import selected

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
    asked = selected(text, variables)
    requests = sum(one.times for one in asked if one.type.endswith("Connection"))
    nodes = sum(one.times * one.rows for one in asked)
    return Price(max(1, int(requests / 100 + 0.5)), nodes)
