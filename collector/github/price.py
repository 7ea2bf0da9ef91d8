"""What a GraphQL question costs, by GitHub's published formula.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collector.github.queries import fields, key, operation, parsed, schema

if TYPE_CHECKING:
    from graphql import FieldNode, SelectionSetNode

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
    from graphql import get_named_type, value_from_ast_untyped

    document, types = parsed(text), schema().type_map
    asked = operation(document)
    values = {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in asked.variable_definitions or ()
        if one.default_value
    } | dict(variables)

    def argument(field: FieldNode, name: str) -> Any:
        given = next((a.value for a in field.arguments or () if a.name.value == name), None)
        return value_from_ast_untyped(given, values) if given else None

    def walk(parent: str, chosen: list[SelectionSetNode], parents: int) -> tuple[int, int]:
        """(requests, nodes) of what is chosen of `parents` objects of a type."""
        met: dict[str, list[tuple[FieldNode, str]]] = {}
        for one in chosen:
            for field, on in fields(document, one):
                met.setdefault(key(field), []).append((field, on or parent))
        requests = nodes = 0
        for same in met.values():
            first, on = same[0]
            below = [field.selection_set for field, _ in same if field.selection_set]
            definition = getattr(types.get(on), "fields", {}).get(first.name.value)
            if not below or definition is None:
                continue
            kind, many = get_named_type(definition.type).name, parents
            if kind.endswith("Connection"):
                many = parents * int(argument(first, "first") or 0)
                requests, nodes = requests + parents, nodes + many
            elif on == "Query" and first.name.value == "nodes":
                many = parents * len(argument(first, "ids") or ())
                nodes += many
            more_requests, more_nodes = walk(kind, below, many)
            requests, nodes = requests + more_requests, nodes + more_nodes
        return requests, nodes

    requests, nodes = walk("Query", [asked.selection_set], 1)
    return Price(max(1, int(requests / 100 + 0.5)), nodes)
