"""Older schemas, as on GitHub Enterprise Server or after a removal, and the validation errors of such servers.

What a schema lacks is named "Type", "Type.field" (or "Enum.VALUE") or "Type.field(argument)". What an interface lacks,
the types that implement it lack too.
"""

import re
from functools import cache
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    InputValueDefinitionNode,
    NamedTypeNode,
    Node,
    OperationDefinitionNode,
    TypeDefinitionNode,
    Visitor,
    VisitorAction,
    build_ast_schema,
    parse,
    print_ast,
    print_schema,
    visit,
)

# Date -> what GitHub's public schema of that time lacked of what collectors query. It is not known which Enterprise
# versions have these schemas.
OLD_SERVERS = {
    "2024-07": frozenset({"Issue.stateReason(enableDuplicate)", "GitSignature.verifiedAt"}),
    "2024-01": frozenset(
        {
            "Issue.stateReason(enableDuplicate)",
            "GitSignature.verifiedAt",
            "PullRequest.fullDatabaseId",
            "PullRequestReview.fullDatabaseId",
        }
    ),
}


def schema_without(whole: GraphQLSchema, names: frozenset[str]) -> GraphQLSchema:
    """Return the schema without these names. Raises ValueError if one of them is not in the schema."""
    return _without(whole, names) if names else whole


@cache
def _without(whole: GraphQLSchema, names: frozenset[str]) -> GraphQLSchema:
    trimmer = _Trimmer(names)
    document = visit(parse(print_schema(whole)), trimmer)
    if trimmer.wanted:
        raise ValueError(f"not in the schema: {', '.join(sorted(trimmer.wanted))}")
    return build_ast_schema(document)


class _Trimmer(Visitor):
    """Remove names from a schema's document; `wanted` holds those not found yet."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names, self.wanted = names, set(names)
        self.owners: list[str] = []  # the current type and its interfaces
        self.field = ""

    def _drop(self, *names: str) -> VisitorAction:
        """Remove the current node if any of these names is to be removed."""
        named = self.names & set(names)
        self.wanted -= named
        return REMOVE if named else None

    def enter(self, node: Node, *_: Any) -> VisitorAction:
        """Visit one node of the document."""
        if isinstance(node, TypeDefinitionNode):
            own = node.name.value
            self.owners = [own, *(i.name.value for i in getattr(node, "interfaces", None) or ())]
            return self._drop(own)
        if isinstance(node, (FieldDefinitionNode, EnumValueDefinitionNode)):
            self.field = node.name.value
            kind = print_ast(node.type).strip("[]!") if isinstance(node, FieldDefinitionNode) else ""
            return self._drop(kind, *(f"{owner}.{self.field}" for owner in self.owners))
        if isinstance(node, InputValueDefinitionNode):
            return self._drop(*(f"{owner}.{self.field}({node.name.value})" for owner in self.owners))
        if isinstance(node, NamedTypeNode):
            return self._drop(node.name.value)
        return None


def validation_error(document: DocumentNode, error: GraphQLError) -> dict[str, Any]:
    """Return a validation error as GitHub's server, graphql-ruby, answers it. Such errors have no `type`."""
    message, extensions = _as_graphql_ruby(error.message)
    answer: dict[str, Any] = {}
    path = _path(document, error.nodes[0]) if error.nodes else None
    if path:
        answer["path"] = path
    if extensions:
        answer["extensions"] = extensions
    answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {**answer, "message": message}


def _as_graphql_ruby(message: str) -> tuple[str, dict[str, str]]:
    """Return graphql-ruby's message and extensions for a message of graphql-core.

    https://github.com/rmosolgo/graphql-ruby/tree/master/lib/graphql/static_validation/rules
    """
    if found := re.match(r"Cannot query field '(\w+)' on type '(\w+)'", message):
        field, kind = found.groups()
        extensions = {"code": "undefinedField", "typeName": kind, "fieldName": field}
        return f"Field '{field}' doesn't exist on type '{kind}'", extensions
    if found := re.match(r"Unknown argument '(\w+)' on field '(\w+)\.(\w+)'", message):
        argument, _, field = found.groups()
        extensions = {"code": "argumentNotAccepted", "name": field, "typeName": "Field", "argumentName": argument}
        return f"Field '{field}' doesn't accept argument '{argument}'", extensions
    if found := re.match(r"Unknown type '(\w+)'", message):
        extensions = {"code": "undefinedType", "typeName": found[1]}
        return f"No such type {found[1]}, so it can't be a fragment condition", extensions
    if found := re.match(r"Value '(\w+)' does not exist in '(\w+)' enum", message):
        extensions = {"code": "argumentLiteralsIncompatible", "typeName": "Field"}
        return f"Argument has an invalid value ({found[1]}). Expected type '{found[2]}'.", extensions
    return message, {}


def _path(document: DocumentNode, target: Node) -> list[str] | None:
    """Return the path to a node of the document, such as ["query Issues", "node", "... on Repository", "issues"]."""

    def walk(node: Node, path: list[str]) -> list[str] | None:
        if isinstance(node, InlineFragmentNode):
            path = [*path, f"... on {node.type_condition.name.value}" if node.type_condition else "..."]
        elif node.kind == "field":
            path = [*path, (node.alias or node.name).value]  # type: ignore[attr-defined]
        if node is target:
            return path
        below = getattr(node, "selection_set", None)
        inner = [*(getattr(node, "arguments", None) or ()), *(below.selections if below else ())]
        condition = getattr(node, "type_condition", None)
        if isinstance(target, NamedTypeNode) and condition is target:
            return path
        return next((way for one in inner if (way := walk(one, path)) is not None), None)

    for definition in document.definitions:
        if isinstance(definition, (OperationDefinitionNode, FragmentDefinitionNode)):
            word = definition.operation.value if isinstance(definition, OperationDefinitionNode) else "fragment"
            name = definition.name.value if definition.name else ""
            found = walk(definition, [f"{word} {name}".strip()])
            if found is not None:
                return found
    return None
