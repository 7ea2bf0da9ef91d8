"""Servers whose schema is not GitHub's of today: an older Enterprise Server, or GitHub after it removed something.

Names are "Type", "Type.field", "Type.field(argument)" or "Enum.VALUE". What is lacking is found by introspection, once,
after a document was refused; documents are then asked without it, or not at all.
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

# What can be done without, and what is then unknown.
OPTIONAL = {
    "Query.rateLimit": "what a question cost; it is computed",
    "GitSignature.verifiedAt": "when GitHub verified a signature: no commit is dated by it",
    "Commit.changedFilesIfAvailable": "how many files a commit changes",
    "Issue.stateReason": "why an issue was closed",
    "ClosedEvent.stateReason": "why an issue was closed at an earlier time",
    "CrossReferencedEvent.willCloseTarget": "whether a pull request was going to close the issue that it names",
    "ConvertedToDiscussionEvent": "which issues became discussions",
    "IssueTimelineItemsItemType.CONVERTED_TO_DISCUSSION_EVENT": "which issues became discussions",
    "Mannequin": "when a mannequin was made",
    "Mannequin.createdAt": "when a mannequin was made",
    "Bot.createdAt": "how old a bot's account is",
    "Organization.createdAt": "how old an organisation's account is",
    "Release.description": "the text of a release",
    "Repository.description": "what a repository says of itself",
    "Repository.homepageUrl": "the website of a repository",
    "Repository.licenseInfo": "the licence of a repository",
    "Repository.primaryLanguage": "the language of a repository",
}
# What was learnt of a server is looked at again after this time: it may have been updated.
MEMORY = timedelta(days=7)


def introspection() -> str:
    """The question about everything that the documents may use."""
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
    """What a server lacks, by its answer to the introspection. Raises KeyError or TypeError when that is none."""
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
    """A document without what a server lacks. Raises SchemaChanged when it is nothing without that."""
    from graphql import TypeInfo, TypeInfoVisitor, print_ast, visit

    types = TypeInfo(schema())
    fitted = visit(parsed(text), TypeInfoVisitor(types, _pruner(types, lacks)))
    return text if fitted is parsed(text) else print_ast(without_unused(fitted))


def _pruner(types: TypeInfo, lacks: frozenset[str]) -> Visitor:
    """The visitor that takes out what is lacking."""
    import graphql as g

    def drop(name: str) -> VisitorAction:
        """Take the visited node out when `name` is lacking, if that can be done without."""
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
    """The error for something that cannot be done without."""
    return SchemaChanged(
        f"This GitHub's schema has no {name}, which the collector cannot do without.",
        "Install a newer version of collect-signals; an Enterprise Server may be too old for it.",
    )


def unknown(lacks: Iterable[str]) -> list[str]:
    """What is unknown where this is lacking, for people."""
    return sorted({OPTIONAL[name] for name in lacks if name in OPTIONAL})


def to_remember(lacks: Iterable[str], server: str, now: datetime) -> str:
    """What a server lacks, to be kept. What cannot be done without is not: it may be back with the next run."""
    kept = sorted(name for name in lacks if name in OPTIONAL or name.endswith(".fullDatabaseId"))
    return json.dumps({"server": server, "at": clock.to_text(now), "lacks": kept})


def remembered(text: str | None, server: str, now: datetime) -> set[str]:
    """What is known of a server, unless that was learnt too long ago."""
    known = json.loads(text or "{}")
    if known.get("server") != server or now - clock.from_text(known["at"]) > MEMORY:
        return set()
    return set(known["lacks"])
