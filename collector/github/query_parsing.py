"""Reading GraphQL documents, as parsed by graphql-core, and the schema they are written against.

graphql-core is imported when a document is first read here: a run without trouble never needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True)
class Selected:
    """A field of a document: what it is a field of and its own type, by name; of how many objects it is asked.

    `rows` is how many things it lists of each, 0 when it lists none; `arguments` are its own, `beside` the fields that
    are selected with it, `fragments` the types that fragments in its selection are on.
    """

    owner: str
    name: str
    type: str
    times: int
    rows: int
    arguments: Mapping[str, Any]
    beside: frozenset[str]
    fragments: frozenset[str]


def selected(text: str, variables: Mapping[str, Any], few: int | None = None) -> list[Selected]:
    """Every field that a document selects; one that several fragments select is one.

    Lists are taken to be as long as they may be; with `few`, those of one listed thing to have that many at most.
    """
    from graphql import get_named_type, value_from_ast_untyped

    document, types = parsed(text), schema().type_map
    asked = operation(document)
    defaults = {d.variable.name.value: d.default_value for d in asked.variable_definitions or () if d.default_value}
    values = {name: value_from_ast_untyped(value) for name, value in defaults.items()} | dict(variables)
    found: list[Selected] = []

    def walk(owner: str, chosen: list[SelectionSetNode], times: int, listed: bool) -> None:
        merged: dict[str, list[tuple[FieldNode, str]]] = {}
        for one in chosen:
            for field, on in fields(document, one):
                merged.setdefault(key(field), []).append((field, on or owner))
        beside = frozenset(same[0][0].name.value for same in merged.values())
        for same in merged.values():
            first, on = same[0]
            definition = getattr(types.get(on), "fields", {}).get(first.name.value)
            if definition is None:
                continue
            below = [field.selection_set for field, _ in same if field.selection_set]
            given = {a.name.value: value_from_ast_untyped(a.value, values) for a in first.arguments or ()}
            rows = int(given.get("first") or 0) or len(given.get("ids") or ())
            if listed and few is not None:
                rows = min(rows, few)
            type_name = get_named_type(definition.type).name
            fragments = frozenset(on for one in below for _, on in fields(document, one) if on)
            found.append(Selected(on, first.name.value, type_name, times, rows, given, beside, fragments))
            walk(type_name, below, times * rows if _is_list(type_name, given) else times, listed or bool(rows))

    walk("Query", [asked.selection_set], 1, False)
    return found


def _is_list(type_name: str, arguments: Mapping[str, Any]) -> bool:
    return type_name.endswith("Connection") or "ids" in arguments
