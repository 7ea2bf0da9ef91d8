"""Parse a thread or a diff from a partial response; missing and invalid parts are left out and recorded. Pure.

One bad part must not lose the thread, nor one bad thread the list (cli/cli#11027, jasperapp/jasper#187).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar

from pydantic.alias_generators import to_camel

from collector.github import node_ids, partial_responses
from collector.github.models import OddAnswer, Page, parse
from collector.github.reduced_queries import IDENTITY
from collector.github.responses import FieldError
from collector.github.thread_models import Served
from collector.sync.fetchers import lenient_parsing
from collector.sync.fetchers.thread_kinds import InnerList

UNEXPLAINED = "GitHub returns null without a reason"

Thing = TypeVar("Thing", bound=Served)


@dataclass
class Reading(Generic[Thing]):
    """The served part of an object; `troubles` maps each missing or invalid part to the reason."""

    thing: Thing
    troubles: dict[str, str] = field(default_factory=dict)


@dataclass
class Rows:
    """A page of a list within a thread: `lost` is the reason why rows are missing, `odd` what else is invalid."""

    page: Page[Any]
    lost: str | None = None
    odd: str | None = None


def reading(
    model: type[Thing], lists: Iterable[InnerList], node: Mapping[str, Any], field_errors: Sequence[FieldError]
) -> Reading[Thing]:
    """Parse an object with field errors. Raises OddAnswer when its identity (IDENTITY) is missing or invalid."""
    inner_lists = {inner.part: inner for inner in lists}
    own = _numbered({name: value for name, value in node.items() if name not in inner_lists})
    troubles = {str(h.path[0]): h.message for h in field_errors if h.path[0] not in inner_lists}
    own["unserved"] = list(troubles)
    found = _without_odd(model, own, troubles)
    for name in _promised_and_null(found):
        troubles.setdefault(name, f"GitHub serves no usable {name}")
    out = Reading(found, troubles)
    for part, inner in inner_lists.items():
        if node.get(part) is None:
            lose(out, part, next((h.message for h in field_errors if h.path == (part,)), UNEXPLAINED))
            continue
        try:
            rows = inner_page(inner, node[part], partial_responses.below(field_errors, (part,)))
        except OddAnswer as error:
            lose(out, part, error.message)
            continue
        setattr(found, inner.name, rows.page)
        if rows.lost:
            lose(out, part, rows.lost)
        elif rows.odd:
            troubles[part] = rows.odd
    return out


def inner_page(inner: InnerList, raw: Mapping[str, Any], field_errors: Sequence[FieldError]) -> Rows:
    """Parse a page of a list within a thread, without its unreadable rows. Raises OddAnswer when it is not a list."""
    lost = odd = None
    page = parse(Page[Any], raw, inner.part)
    nodes = page.nodes
    for error in field_errors:
        if len(error.path) == 2 and error.path[0] == "nodes":
            lost = error.message
        else:
            odd = error.message
            if len(error.path) > 2 and isinstance(nodes[int(error.path[1])], dict):
                nodes[int(error.path[1])].setdefault("unserved", []).append(str(error.path[2]))
    if None in nodes:
        lost = lost or UNEXPLAINED
    kept = []
    for node in nodes:
        if node is None:
            continue
        numbered = _numbered(node) if isinstance(node, dict) else node
        row, strange = lenient_parsing.read(inner.model, numbered, (), inner.part)
        if row is None:
            lost = strange[""]
            continue
        kept.append(row)
        odd = odd or next(iter(strange.values()), None)
        if isinstance(row, Served):
            row.unserved = (*row.unserved, *(path.partition(".")[0] for path in strange))
    for row in kept:
        missing = _promised_and_null(row) if isinstance(row, Served) else []
        if missing:
            odd = odd or f"GitHub serves no usable {missing[0]}"
    page.nodes = kept
    return Rows(page, lost, odd)


def _numbered(node: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its database id, taken from the node id where GitHub leaves it null."""
    if "fullDatabaseId" in node and node["fullDatabaseId"] is None and isinstance(node.get("id"), str):
        return node | {"fullDatabaseId": node_ids.number(node["id"])}
    return node


def lose(found: Reading[Any], part: str, why: str) -> None:
    """Record that a list within an object is missing or incomplete."""
    if part not in found.thing.unserved:
        found.thing.unserved = (*found.thing.unserved, part)
    found.troubles[part] = why


def _without_odd(model: type[Thing], own: dict[str, Any], troubles: dict[str, str]) -> Thing:
    """Parse an object without its lists; invalid fields are set to null and recorded."""
    try:
        return parse(model, own, model.__name__)
    except OddAnswer:
        pass
    base = {name: own[name] for name in IDENTITY if name in own}
    parse(model, base, model.__name__)
    # Each field by itself, so that each invalid one is known with its own reason.
    for name, value in own.items():
        try:
            parse(model, {**base, name: value}, model.__name__)
        except OddAnswer as error:
            troubles[name] = error.message
            own[name] = None
            own["unserved"].append(name)
    return parse(model, own, model.__name__)


def _promised_and_null(found: Served) -> list[str]:
    """Return the fields, by their GraphQL names, that are null although GitHub's schema declares them non-null."""
    return [_graphql_name(name) for name in found.promised if attrgetter(name)(found) is None]


def _graphql_name(name: str) -> str:
    return ".".join(to_camel(part) for part in name.split("."))
