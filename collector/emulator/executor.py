"""Execute GraphQL queries over views, like graphql-core but several times as fast.

graphql-core works out for every object again which fields are selected. A `Query` does so once for each selection and
type, and is kept for all requests with its text. It implements the part of the specification that queries need
(https://spec.graphql.org/October2021/#sec-Execution). Parsing, validation and coercion of values are graphql-core's.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    VariableNode,
    get_argument_values,
    get_variable_values,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    located_error,
)
from graphql.pyutils import Path

META_FIELDS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef, "__typename": TypeNameMetaFieldDef}
NO_ARGUMENTS: Mapping[str, Any] = {}


class Resolver(Protocol):
    """Returns the value of a field of a view that is at `path` in the response; arguments are coerced."""

    def __call__(self, source: Any, field: "Field", path: Path | None, arguments: Mapping[str, Any], /) -> Any: ...


# Complete a value, which is not null, that has the response key or index `key` below `path`.
Complete = Callable[["_Execution", Any, Path | None, str | int], Any]


@dataclass(slots=True, eq=False)
class Field:
    """A selected field of one type of object."""

    key: str  # in the response
    name: str
    parent: str  # the name of the type that has the field
    definition: GraphQLField
    nodes: list[FieldNode]
    complete: Complete
    required: bool  # GraphQL's "non-null"


class Query:
    """The only operation of a valid document, with the values of its Boolean variables, by which it selects fields."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, switches: Mapping[str, bool]) -> None:
        definitions = document.definitions
        self.schema = schema
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        self._operation = next(d for d in definitions if isinstance(d, OperationDefinitionNode))
        self._switches = {**_defaults(self._operation), **switches}
        root = schema.query_type
        assert root is not None
        self._fields = self._selected(root, [self._operation.selection_set])

    def execute(
        self, root: Any, variables: dict[str, Any], resolve: Resolver
    ) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
        """Return the data and the errors of a response."""
        values = get_variable_values(self.schema, self._operation.variable_definitions or (), variables)
        if isinstance(values, list):
            return None, values
        execution = _Execution(self.schema, values, resolve)
        try:
            return execution.select(self._fields, root, None), execution.errors
        except GraphQLError as error:
            return None, [*execution.errors, error]

    def _selected(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> list[Field]:
        """Return the fields that selection sets select of an object of this type."""
        nodes: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(kind, selections, nodes)
        return [self._field(kind, key, found) for key, found in nodes.items()]

    def _collect(
        self, kind: GraphQLObjectType, selections: SelectionSetNode, nodes: dict[str, list[FieldNode]]
    ) -> None:
        """Add the selected fields to `nodes`, by response key."""
        for selection in selections.selections:
            if not self._is_included(selection.directives or ()):
                continue
            if isinstance(selection, FieldNode):
                nodes.setdefault((selection.alias or selection.name).value, []).append(selection)
                continue
            fragment: FragmentDefinitionNode | InlineFragmentNode
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            else:
                assert isinstance(selection, InlineFragmentNode)
                fragment = selection
            condition = fragment.type_condition
            if condition is None or self._is_of(kind, condition.name.value):
                self._collect(kind, fragment.selection_set, nodes)

    def _is_of(self, kind: GraphQLObjectType, name: str) -> bool:
        wanted = self.schema.type_map[name]
        return wanted is kind or (is_abstract_type(wanted) and self.schema.is_sub_type(wanted, kind))

    def _is_included(self, directives: Collection[DirectiveNode]) -> bool:
        """Evaluate @skip and @include."""
        for directive in directives:
            (condition,) = directive.arguments or ()
            if isinstance(condition.value, VariableNode):
                is_set = self._switches[condition.value.name.value]
            else:
                assert isinstance(condition.value, BooleanValueNode)
                is_set = condition.value.value
            if is_set is (directive.name.value == "skip"):
                return False
        return True

    def _field(self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        definition = META_FIELDS.get(name) or kind.fields[name]
        complete = self._completion(definition.type, nodes)
        return Field(key, name, kind.name, definition, nodes, complete, isinstance(definition.type, GraphQLNonNull))

    def _completion(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        """Return the function that completes values of a type."""
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if is_leaf_type(kind):
            serialize = kind.serialize
            return lambda execution, value, path, key: serialize(value)
        if is_list_type(kind):
            item, required = self._completion(kind.of_type, nodes), isinstance(kind.of_type, GraphQLNonNull)
            return lambda execution, value, path, key: execution.items(
                value, Path(path, key, None), item, required, nodes
            )
        assert isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType))
        is_abstract, name = is_abstract_type(kind), kind.name
        sets = [node.selection_set for node in nodes if node.selection_set]
        by_type: dict[str, list[Field]] = {}

        def complete(execution: "_Execution", value: Any, path: Path | None, key: str | int) -> Any:
            actual = value["__typename"] if is_abstract else name
            if actual not in by_type:
                runtime_type = self.schema.type_map[actual]
                assert isinstance(runtime_type, GraphQLObjectType)
                by_type[actual] = self._selected(runtime_type, sets)
            return execution.select(by_type[actual], value, Path(path, key, None))

        return complete


@dataclass
class _Execution:
    """One execution of a query. graphql-core's resolvers of introspection take it for their `info`."""

    schema: GraphQLSchema
    variables: Any
    resolve: Resolver
    errors: list[GraphQLError] = field(default_factory=list)
    _arguments: dict[int, dict[str, Any]] = field(default_factory=dict)

    def select(self, fields: Sequence[Field], source: Any, path: Path | None) -> dict[str, Any]:
        """Return the fields of an object. Raises the GraphQLError of a field that may not be null."""
        found: dict[str, Any] = {}
        for one in fields:
            try:
                found[one.key] = self._value(one, source, path)
            except Exception as error:
                self._record(error, one.nodes, Path(path, one.key, None), one.required)
                found[one.key] = None
        return found

    def items(
        self, values: Sequence[Any], path: Path, complete: Complete, required: bool, nodes: list[FieldNode]
    ) -> list[Any]:
        """Return the items of a list. Raises the GraphQLError of an item that may not be null."""
        found: list[Any] = []
        for place, value in enumerate(values):
            try:
                found.append(self._completed(value, path, place, complete, required))
            except Exception as error:
                self._record(error, nodes, Path(path, place, None), required)
                found.append(None)
        return found

    def _value(self, one: Field, source: Any, path: Path | None) -> Any:
        if one.name == "__typename":
            return one.parent
        arguments = self._coerced(one) if one.definition.args else NO_ARGUMENTS
        own = one.definition.resolve
        value = self.resolve(source, one, path, arguments) if own is None else own(source, self, **arguments)
        return self._completed(value, path, one.key, one.complete, one.required)

    def _completed(self, value: Any, path: Path | None, key: str | int, complete: Complete, required: bool) -> Any:
        if value is None:
            if required:
                raise TypeError(f"null at {key}, which may not be null")
            return None
        if isinstance(value, Exception):
            raise value
        return complete(self, value, path, key)

    def _coerced(self, one: Field) -> dict[str, Any]:
        """Return the field's arguments, which are the same for all objects."""
        if id(one) not in self._arguments:
            self._arguments[id(one)] = get_argument_values(one.definition, one.nodes[0], self.variables)
        return self._arguments[id(one)]

    def _record(self, error: Exception, nodes: list[FieldNode], path: Path, required: bool) -> None:
        """Record an error. Raises it if null in its place is not allowed."""
        located = located_error(error, nodes, path.as_list())
        if required:
            raise located
        self.errors.append(located)


def _defaults(operation: OperationDefinitionNode) -> dict[str, bool]:
    """Return the default values of an operation's Boolean variables."""
    found = ((d.variable.name.value, d.default_value) for d in operation.variable_definitions or ())
    return {name: default.value for name, default in found if isinstance(default, BooleanValueNode)}
