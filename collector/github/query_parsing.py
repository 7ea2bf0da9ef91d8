"""Parse GraphQL queries with graphql-core, and the schema that they are written against.

graphql-core is imported on first use, so that commands without a sync never load it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphql import DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode, SelectionNode, SelectionSetNode


@cache
def schema() -> GraphQLSchema:
    """Return the part of GitHub's schema that the queries use."""
    from graphql import build_schema

    return build_schema((files(__package__) / "schema.graphql").read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def parsed(text: str) -> DocumentNode:
    """Parse a query."""
    from graphql import parse

    return parse(text, no_location=True)


def operation(document: DocumentNode) -> OperationDefinitionNode:
    """Return the only operation of a document."""
    from graphql import OperationDefinitionNode

    return next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))


def fields(
    document: DocumentNode, selections: SelectionSetNode, values: Mapping[str, Any] | None = None
) -> Iterator[tuple[FieldNode, str | None]]:
    """Yield the selected fields, fragments expanded, each with the type condition of its innermost fragment.

    With the `values` of the query's variables, fields that a directive leaves out are not yielded.
    """
    from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode

    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def walk(chosen: SelectionSetNode, on: str | None) -> Iterator[tuple[FieldNode, str | None]]:
        for one in chosen.selections:
            if values is not None and _is_left_out(one, values):
                continue
            if isinstance(one, FieldNode):
                yield one, on
            elif isinstance(one, InlineFragmentNode):
                yield from walk(one.selection_set, one.type_condition.name.value if one.type_condition else on)
            elif isinstance(one, FragmentSpreadNode):
                named = fragments[one.name.value]
                yield from walk(named.selection_set, named.type_condition.name.value)

    return walk(selections, None)


def _is_left_out(node: SelectionNode, values: Mapping[str, Any]) -> bool:
    """Return whether @skip or @include leaves a field or a fragment out."""
    from graphql import value_from_ast_untyped

    return any(
        bool(value_from_ast_untyped(argument.value, dict(values))) == (directive.name.value == "skip")
        for directive in node.directives or ()
        for argument in directive.arguments or ()
    )


def all_values(document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a query's variables: those given, else their defaults."""
    from graphql import value_from_ast_untyped

    definitions = operation(document).variable_definitions or ()
    defaults = {d.variable.name.value: d.default_value for d in definitions if d.default_value}
    return {name: value_from_ast_untyped(value) for name, value in defaults.items()} | dict(variables)


def key(field: FieldNode) -> str:
    """Return a field's key in the response: its alias, else its name."""
    return (field.alias or field.name).value


@dataclass(frozen=True)
class Selected:
    """A selected field. `owner` and `type` are the names of its parent type and its own type.

    `times` is the number of objects it is selected on, `rows` the most rows it lists of each (0 unless it is a list),
    `beside` the fields selected next to it, `fragments` the types of the fragments in its selection.
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
    """Return every field that a query selects; a field selected by several fragments counts once.

    Lists are assumed to be as long as requested; with `few`, lists within a listed object have at most that many rows.
    """
    from graphql import get_named_type, value_from_ast_untyped

    document, types = parsed(text), schema().type_map
    asked = operation(document)
    values = all_values(document, variables)
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
