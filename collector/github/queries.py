"""Reading GraphQL documents, as parsed by graphql-core, and the schema they are written against.

graphql-core is imported when a document is first read here: a run without trouble never needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphql import DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode


@cache
def schema() -> GraphQLSchema:
    """GitHub's schema, as far as the documents use it."""
    from graphql import build_schema

    return build_schema((files(__package__) / "schema.graphql").read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def parsed(text: str) -> DocumentNode:
    """The document that a text is."""
    from graphql import parse

    return parse(text, no_location=True)


def operation(document: DocumentNode) -> OperationDefinitionNode:
    """A document's only operation."""
    from graphql import OperationDefinitionNode

    return next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))


def fields(document: DocumentNode, selections: SelectionSetNode) -> Iterator[tuple[FieldNode, str | None]]:
    """The fields that are selected, also by fragments, and the type that the nearest fragment names."""
    from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode

    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def walk(chosen: SelectionSetNode, on: str | None) -> Iterator[tuple[FieldNode, str | None]]:
        for one in chosen.selections:
            if isinstance(one, FieldNode):
                yield one, on
            elif isinstance(one, InlineFragmentNode):
                yield from walk(one.selection_set, one.type_condition.name.value if one.type_condition else on)
            elif isinstance(one, FragmentSpreadNode):
                named = fragments[one.name.value]
                yield from walk(named.selection_set, named.type_condition.name.value)

    return walk(selections, None)


def key(field: FieldNode) -> str:
    """The name by which an answer has a field."""
    return (field.alias or field.name).value
