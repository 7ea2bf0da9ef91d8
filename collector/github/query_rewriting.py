"""Rewrite parsed GraphQL queries. graphql-core is imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from collector.github.query_parsing import operation

if TYPE_CHECKING:
    from graphql import DocumentNode, Node

N = TypeVar("N", bound="Node")


def without_unused(document: DocumentNode) -> DocumentNode:
    """Return a document without unused fragments and variables, which GitHub rejects.

    https://spec.graphql.org/October2021/#sec-Fragments-Must-Be-Used
    """
    from graphql import DocumentNode, FragmentDefinitionNode, FragmentSpreadNode, VariableNode

    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    asked = operation(document)
    used: dict[str, FragmentDefinitionNode] = {}
    todo: list[Node] = [asked]
    while todo:
        for spread in _all(todo.pop(), FragmentSpreadNode):
            name = spread.name.value
            if name not in used:
                used[name] = fragments[name]
                todo.append(fragments[name])
    variables = {v.name.value for part in (asked.selection_set, *used.values()) for v in _all(part, VariableNode)}
    declared = tuple(one for one in asked.variable_definitions or () if one.variable.name.value in variables)
    return DocumentNode(definitions=(copied(asked, variable_definitions=declared), *used.values()))


def copied(node: N, **changed: Any) -> N:
    """Return a changed copy of a node; never modify nodes, because parsed documents are cached."""
    return type(node)(**({name: getattr(node, name) for name in node.keys} | changed))


def _all(node: Node, kind: type[Any]) -> list[Any]:
    """Return all nodes of a kind, the given node included."""
    from graphql import Visitor, visit

    found = []

    class Finder(Visitor):
        def enter(self, one: Node, *_: object) -> None:
            if isinstance(one, kind):
                found.append(one)

    visit(node, Finder())
    return found
