"""Adapt queries to a server with a different schema: an older Enterprise Server, or GitHub after a breaking change.

Names are "Type", "Type.field", "Type.field(argument)" or "Enum.VALUE". When a query is refused, the schema is
introspected once; optional names that it lacks are removed from the queries, a missing required name is an error.
https://docs.github.com/en/graphql/overview/breaking-changes
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from collector import clock
from collector.github.failures import SchemaChanged
from collector.github.query_parsing import parsed, schema
from collector.github.query_rewriting import copied, without_unused

if TYPE_CHECKING:
    from graphql import SelectionSetNode, TypeInfo, Visitor
    from graphql.language.visitor import VisitorAction

# Names that the collector can do without, and what is unknown without them.
OPTIONAL = {
    "Query.rateLimit": "what a query cost (it is computed instead)",
    "GitSignature.verifiedAt": "when GitHub verified a signature, so no commit can be dated by it",
    "Commit.changedFilesIfAvailable": "how many files a commit changes",
    "Issue.stateReason": "why an issue was closed",
    "ClosedEvent.stateReason": "why an issue was closed earlier",
    "CrossReferencedEvent.willCloseTarget": "whether a pull request will close the issue that it references",
    "ConvertedToDiscussionEvent": "which issues became discussions",
    "IssueTimelineItemsItemType.CONVERTED_TO_DISCUSSION_EVENT": "which issues became discussions",
    "ConvertedToDiscussionEvent.discussion": "which discussion an issue became",
    "Discussion.closedAt": "when a discussion was closed",
    "Discussion.stateReason": "why a discussion was closed",
    "Mannequin": "when a mannequin was created",
    "Mannequin.createdAt": "when a mannequin was created",
    "Bot.createdAt": "how old a bot's account is",
    "Organization.createdAt": "how old an organisation's account is",
    "Release.description": "the text of a release",
    "Repository.archivedAt": "when a repository was archived",
    "Repository.description": "the description of a repository",
    "Repository.homepageUrl": "the website of a repository",
    "Repository.licenseInfo": "the licence of a repository",
    "Repository.primaryLanguage": "the language of a repository",
}
# How long a stored introspection result is valid: the server may have been upgraded.
MEMORY = timedelta(days=7)


def introspection() -> str:
    """Return the introspection query for all types that the queries may use."""
    types = [name for name in schema().type_map if not name.startswith("__")]
    asked = "\n".join(f'  {name}: __type(name: "{name}") {{ ...Has }}' for name in types)
    return (
        f"query Schema {{\n{asked}\n}}\n"
        "fragment Has on __Type {\n"
        "  fields(includeDeprecated: true) { name args { name } }\n"
        "  inputFields { name }\n"
        "  enumValues(includeDeprecated: true) { name }\n"
        "}\n"
    )


def differences(answer: dict[str, Any]) -> set[str]:
    """Return what a server's schema lacks, by its introspection response. Raises KeyError or TypeError if malformed."""
    lacks: set[str] = set()
    for name, ours in schema().type_map.items():
        if name.startswith("__"):
            continue
        theirs = answer[name]
        if theirs is None:
            lacks.add(name)
            continue
        there = {f["name"]: {a["name"] for a in f.get("args") or ()} for f in _members(theirs)}
        fields = getattr(ours, "fields", {})
        # An older server has databaseId in place of fullDatabaseId, which `enter_field` then selects.
        wanted = {*fields, *getattr(ours, "values", {}), *(["databaseId"] if "fullDatabaseId" in fields else [])}
        lacks |= {f"{name}.{field}" for field in wanted - there.keys()}
        for field in fields.keys() & there.keys():
            arguments = set(getattr(fields[field], "args", {}))
            lacks |= {f"{name}.{field}({argument})" for argument in arguments - there[field]}
    return lacks


def _members(kind: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(kind["fields"] or ()), *(kind["inputFields"] or ()), *(kind["enumValues"] or ())]


@lru_cache(maxsize=512)
def fit(text: str, lacks: frozenset[str]) -> str:
    """Return a query without the names that a server lacks. Raises SchemaChanged when a required one is missing."""
    from graphql import TypeInfo, TypeInfoVisitor, print_ast, visit

    types = TypeInfo(schema())
    fitted = visit(parsed(text), TypeInfoVisitor(types, _pruner(types, lacks)))
    return text if fitted is parsed(text) else print_ast(without_unused(fitted))


def _pruner(types: TypeInfo, lacks: frozenset[str]) -> Visitor:
    """Return the visitor that removes missing names."""
    import graphql as g

    def drop(name: str) -> VisitorAction:
        """Return REMOVE for a missing optional `name`, None for an existing one. Raises SchemaChanged."""
        if name in lacks and name not in OPTIONAL:
            raise missing(name)
        return g.REMOVE if name in lacks else None

    class Pruner(g.Visitor):
        def enter_field(self, node: g.FieldNode, *_: object) -> VisitorAction | g.FieldNode:
            parent = types.get_parent_type()
            owner, field = parent.name if parent else "", node.name.value
            if field == "fullDatabaseId" and f"{owner}.{field}" in lacks and f"{owner}.databaseId" not in lacks:
                return g.FieldNode(alias=node.alias or node.name, name=g.NameNode(value="databaseId"))
            removed = drop(f"{owner}.{field}")
            arguments = tuple(node.arguments or ())
            kept = tuple(a for a in arguments if drop(f"{owner}.{field}({a.name.value})") is None)
            return removed if removed or kept == arguments else copied(node, arguments=kept)

        def leave_field(self, node: g.FieldNode, *_: object) -> VisitorAction:
            return _if_empty(node.selection_set)

        def enter_enum_value(self, node: g.EnumValueNode, *_: object) -> VisitorAction:
            wanted = types.get_input_type()
            return drop(f"{g.get_named_type(wanted).name}.{node.value}") if wanted else None

        def enter_inline_fragment(self, node: g.InlineFragmentNode, *_: object) -> VisitorAction:
            return drop(node.type_condition.name.value) if node.type_condition else None

        def leave_inline_fragment(self, node: g.InlineFragmentNode, *_: object) -> VisitorAction:
            return _if_empty(node.selection_set)

        def enter_fragment_definition(self, node: g.FragmentDefinitionNode, *_: object) -> VisitorAction:
            return drop(node.type_condition.name.value)

    return Pruner()


def _if_empty(selections: SelectionSetNode | None) -> VisitorAction:
    from graphql import REMOVE

    return REMOVE if selections is not None and not selections.selections else None


def missing(name: str) -> SchemaChanged:
    """Return the error for a missing name that the collector requires."""
    return SchemaChanged(
        f"The server's GraphQL schema has no {name}, which the collector requires.",
        "Install a newer version of collect-signals; an Enterprise Server may be too old for it.",
    )


def unknown(lacks: Iterable[str]) -> list[str]:
    """Return what is unknown without these names, as text for the user."""
    return sorted({OPTIONAL[name] for name in lacks if name in OPTIONAL})


def to_remember(lacks: Iterable[str], server: str, now: datetime) -> str:
    """Return what a server lacks as JSON for the database. Required names are left out: each run checks them again."""
    kept = sorted(name for name in lacks if name in OPTIONAL or name.endswith(".fullDatabaseId"))
    return json.dumps({"server": server, "at": clock.to_text(now), "lacks": kept})


def remembered(text: str | None, server: str, now: datetime) -> set[str]:
    """Return what a server lacks from stored JSON; nothing if it is of another server or older than MEMORY."""
    known = json.loads(text or "{}")
    if known.get("server") != server or now - clock.from_text(known["at"]) > MEMORY:
        return set()
    return set(known["lacks"])
