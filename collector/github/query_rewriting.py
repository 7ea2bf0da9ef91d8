"""Changing GraphQL documents, as parsed by graphql-core, which is imported when that is first done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from collector.github.query_parsing import operation

if TYPE_CHECKING:
    from graphql import DocumentNode, Node

N = TypeVar("N", bound="Node")


def without_unused(document: DocumentNode) -> DocumentNode:
    """A document without fragments and variables that nothing uses: GitHub refuses these."""
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
    """A copy of a node with other parts: nodes must not be changed, as parsed documents are kept."""
    return type(node)(**({name: getattr(node, name) for name in node.keys} | changed))


def _all(node: Node, kind: type[Any]) -> list[Any]:
    """All nodes of a kind at and below a node."""
    from graphql import Visitor, visit

    found = []

    class Finder(Visitor):
        def enter(self, one: Node, *_: object) -> None:
            if isinstance(one, kind):
                found.append(one)

    visit(node, Finder())
    return found
