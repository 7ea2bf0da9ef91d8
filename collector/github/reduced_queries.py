"""Reduced queries: fewer fields of one object, for objects that GitHub cannot serve whole.

graphql-core is imported on first use, so that commands without a sync never load it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from collector.github import queries
from collector.github.query_parsing import key, parsed
from collector.github.query_rewriting import copied, without_unused

if TYPE_CHECKING:
    from graphql import DocumentNode, FieldNode, FragmentDefinitionNode

# The fields that identify an object; they are always selected.
IDENTITY = ("id", "fullDatabaseId", "number")


@cache
def of_fields(name: str, fragment: str, fields: tuple[str, ...]) -> str:
    """Return the query `name` with `fragment` reduced to IDENTITY and these fields."""
    from graphql import DocumentNode, print_ast

    document = parsed(queries.load(name))
    whole = _fragment(document, fragment)
    kept = tuple(field for field in _fields(whole) if key(field) in (*IDENTITY, *fields))
    narrow = copied(whole, selection_set=copied(whole.selection_set, selections=kept))
    definitions = tuple(narrow if d is whole else d for d in document.definitions)
    return print_ast(without_unused(DocumentNode(definitions=definitions)))


@cache
def cursors_only(name: str) -> str:
    """Return the query `name` of a list without its nodes: only the page's cursor and the counts."""
    from graphql import REMOVE, Visitor, print_ast, visit

    class Pruner(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> Any:
            return REMOVE if node.name.value == "nodes" else None

    return print_ast(without_unused(visit(parsed(queries.load(name)), Pruner())))


@cache
def groups(name: str, fragment: str) -> tuple[tuple[str, ...], ...]:
    """Return the fields of a fragment in the groups to try: all scalars together, each other field alone."""
    fields = [f for f in _fields(_fragment(parsed(queries.load(name)), fragment)) if key(f) not in IDENTITY]
    simple = tuple(key(field) for field in fields if field.selection_set is None)
    return (simple, *((key(field),) for field in fields if field.selection_set is not None))


def _fragment(document: DocumentNode, name: str) -> FragmentDefinitionNode:
    from graphql import FragmentDefinitionNode

    fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    return next(d for d in fragments if d.name.value == name)


def _fields(fragment: FragmentDefinitionNode) -> list[FieldNode]:
    from graphql import FieldNode

    return [one for one in fragment.selection_set.selections if isinstance(one, FieldNode)]
