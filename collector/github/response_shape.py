"""Check that a GraphQL response has the fields and lists that its query selects.

The specification promises that (https://spec.graphql.org/October2021/#sec-Response-Format), and everything behind the
client relies on it: a field that is absent is not the same as one that is null. Beyond that,

- a single object that is requested by its node id must be that object;
- objects that are requested by their ids must be in a list;
- an object must be of a type that its place allows;
- different rows of a page must not share an id or a number.

The values of fields are validated by the models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from collector.github import node_ids
from collector.github.query_parsing import all_values, fields, key, operation, parsed, schema

if TYPE_CHECKING:
    from graphql import FieldNode, SelectionSetNode

# Rows of a page: twice what GitHub serves at most, because pages that repeat rows are judged by
# sync/fetchers/pagination.py.
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
MOST_ROWS = 200
# Every page but the last has as many rows as were requested:
# https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api#about-pagination
# Not so these lists, which GitHub filters: timelines by type, and a pull request's commits by whether they still exist.
# An empty page is left to sync/fetchers/pagination.py, since GitHub serves some (cli/cli#4540).
FILTERED = frozenset({"timelineItems", "commits"})
# https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
GIT_OBJECTS = frozenset({"Blob", "Commit", "Tag", "Tree"})
# Each of these tells the rows of a page apart.
IDENTITIES = ("id", "databaseId", "fullDatabaseId", "number", "oid")


@dataclass
class _Shape:
    """The fields of an object: key -> its own shape, None for a scalar.

    `type` is the type of the field, and `by_type` holds the fields of fragments on types that the object need not have.
    `id` is the variable with the node id of the object, `ids` that with those of a list of objects, and `first` that
    with the rows of a page.
    """

    type: str = "Query"
    is_list: bool = False
    id: str | None = None
    ids: str | None = None
    first: str | None = None
    fields: dict[str, _Shape | None] = field(default_factory=dict)
    by_type: dict[str, dict[str, _Shape | None]] = field(default_factory=dict)


def misfit(text: str, variables: Mapping[str, Any], data: Any) -> str | None:
    """Return where a response's data first differs from what the query `text` selects; None if it fits."""
    switches = frozenset((name, value) for name, value in variables.items() if isinstance(value, bool))
    return next(_misfits(_shape(text, switches), data, variables, "data"), None)


def _misfits(shape: _Shape, value: Any, variables: Mapping[str, Any], path: str) -> Iterator[str]:
    if value is None:
        if shape.ids:
            yield f"{path} is not a list"
    elif not shape.is_list:
        yield from _object_misfits(shape, value, variables, path)
        if shape.id and isinstance(value, dict) and node_ids.differ(value.get("id"), variables.get(shape.id)):
            yield f"{path} is another object"
    elif not isinstance(value, list):
        yield f"{path} is not a list"
    elif shape.ids and len(value) != len(variables[shape.ids]):
        yield f"{path} has {len(value):,} of {len(variables[shape.ids]):,} objects"
    else:
        for place, item in enumerate(value):
            if item is not None:
                yield from _object_misfits(shape, item, variables, f"{path}[{place}]")
                if (
                    shape.ids
                    and isinstance(item, dict)
                    and node_ids.differ(item.get("id"), variables[shape.ids][place])
                ):
                    yield f"{path}[{place}] is another object"


def _object_misfits(shape: _Shape, value: Any, variables: Mapping[str, Any], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object"
        return
    name = value.get("__typename", "unknown")
    if not isinstance(name, str) or not name:
        yield f"{path}.__typename is not a name"
    elif "__typename" in value and not _may_be(shape.type, name):
        yield f"{path} is no {shape.type}, but of type {name}"
    rows = value.get("nodes")
    if isinstance(rows, list) and len(rows) > MOST_ROWS:
        yield f"{path} has {len(rows):,} rows"
    if isinstance(rows, list):
        yield from _confused(rows, path)
    asked = variables.get(shape.first) if shape.first else None
    if asked and isinstance(rows, list) and 0 < len(rows) < asked and _goes_on(value):
        yield f"{path} has {len(rows):,} of {asked:,} rows, and is not the last page"
    if "Repository" in (shape.type, *shape.by_type) and _is_other(value):
        yield f"{path} has the databaseId of another repository than its id"
    yield from _field_misfits(shape.fields, value, variables, path)
    of_types = [*chain(*shape.by_type.values())]
    if of_types and not shape.fields and "__typename" not in value and value.keys().isdisjoint(of_types):
        # It is of another type than all fragments are for: no query asks for such an object without its __typename.
        yield f"{path} has nothing of what was selected"
    for on, inner in shape.by_type.items():
        # Without a __typename, a fragment applies if any of its fields is there.
        if name == on if "__typename" in value else not inner.keys().isdisjoint(value):
            yield from _field_misfits(inner, value, variables, path)


def _field_misfits(
    shapes: Mapping[str, _Shape | None], value: Mapping[str, Any], variables: Mapping[str, Any], path: str
) -> Iterator[str]:
    for name, inner in shapes.items():
        if name not in value:
            yield f"{path} lacks {name}"
        elif inner is not None:
            yield from _misfits(inner, value[name], variables, f"{path}.{name}")
        elif isinstance(value[name], (dict, list)):
            yield f"{path}.{name} is not a single value"


def _is_other(repository: Mapping[str, Any]) -> bool:
    """Return whether a repository's node id is not of its `databaseId`, to which all its rows refer."""
    node_id, number = repository.get("id"), repository.get("databaseId")
    if not isinstance(node_id, str) or not isinstance(number, int):
        return False
    return node_ids.number(node_id) not in (None, number)


def _confused(rows: list[Any], path: str) -> Iterator[str]:
    """Yield what different rows of a page share. Repeated rows are judged by sync/fetchers/pagination.py."""
    met: dict[tuple[str, Any], Any] = {}
    for row in rows:
        if not isinstance(row, dict):
            continue
        identities = {name: row[name] for name in IDENTITIES if isinstance(row.get(name), str | int)}
        for identity in identities.items():
            if met.setdefault(identity, identities) != identities:
                yield f"{path} has two rows with the {identity[0]} {identity[1]}"


def _goes_on(page: Mapping[str, Any]) -> bool:
    info = page.get("pageInfo")
    return isinstance(info, dict) and info.get("hasNextPage") is True


@lru_cache(maxsize=512)
def _shape(text: str, switches: frozenset[tuple[str, bool]]) -> _Shape:
    """Return the shape of the data that a query selects; `switches` are its boolean variables."""
    document = parsed(text)
    values = all_values(document, dict(switches))
    return _merged([(operation(document).selection_set, "Query")], text, values)


def _merged(selections: list[tuple[SelectionSetNode, str]], text: str, values: dict[str, Any]) -> _Shape:
    """Return the shape of an object from all selections on it, each with the type that it is written for."""
    from graphql import get_named_type, get_nullable_type, is_list_type

    shape = _Shape()
    met: dict[tuple[str | None, str], tuple[FieldNode, Any, list[tuple[SelectionSetNode, str]]]] = {}
    selected = [(one, on, owner) for chosen, owner in selections for one, on in fields(parsed(text), chosen, values)]
    tells_type = any(one.name.value == "__typename" for one, _, _ in selected)
    for one, on, owner in selected:
        is_certain = on is None or (on == owner and not tells_type) or _is_interface_of(on, owner)
        definition = getattr(schema().get_type(on or owner), "fields", {}).get(one.name.value)
        if one.selection_set and definition is None:
            continue  # introspection
        below = met.setdefault((None if is_certain else on, key(one)), (one, definition, []))[2]
        if one.selection_set and definition is not None:
            below.append((one.selection_set, get_named_type(definition.type).name))
    for (on, name), (one, definition, below) in met.items():
        inner = _merged(below, text, values) if below else None
        if inner is not None and definition is not None:
            inner.type = get_named_type(definition.type).name
            inner.is_list = is_list_type(get_nullable_type(definition.type))
            inner.id, inner.ids = _variable(one, "id"), _variable(one, "ids")
            inner.first = None if one.name.value in FILTERED else _variable(one, "first")
        (shape.fields if on is None else shape.by_type.setdefault(on, {}))[name] = inner
    return shape


@cache
def _may_be(declared: str, name: str) -> bool:
    """Return whether an object of the type `name` can be where one of the `declared` type is expected.

    GitHub may have types that are newer than our schema; git has no more kinds of objects.
    """
    from graphql import is_abstract_type, is_object_type

    if declared == "GitObject":
        return name in GIT_OBJECTS
    expected, found = schema().get_type(declared), schema().get_type(name)
    if is_abstract_type(expected) and is_object_type(found):
        return schema().is_sub_type(expected, found)
    return name == declared or found is None or not is_object_type(expected)


def _variable(one: FieldNode, name: str) -> str | None:
    """Return the variable that an argument is given; None without one."""
    from graphql import VariableNode

    given = (argument.value for argument in one.arguments or () if argument.name.value == name)
    return next((value.name.value for value in given if isinstance(value, VariableNode)), None)


def _is_interface_of(name: str, owner: str) -> bool:
    interfaces = getattr(schema().get_type(owner), "interfaces", ())
    return any(interface.name == name for interface in interfaces)
