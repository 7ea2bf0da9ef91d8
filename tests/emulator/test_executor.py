"""The executor answers as graphql-core does, whatever goes wrong in whichever field."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from graphql import GraphQLError, OperationDefinitionNode, execute_sync, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from collector.emulator.executor import Query
from collector.emulator.pagination import Refusal
from collector.emulator.views import Views
from collector.emulator.world import World
from collector.github import queries
from collector.github.query_parsing import schema
from tests.emulator.client import DOCUMENTS
from tests.emulator.inhabited import inhabited
from tests.laws import costly

WORLD = World("2026-01-01")
REPO, ISSUE, PULL = inhabited(WORLD)
PULL.comment(None, "By a deleted account", "2025-01-05")
TEXTS = {
    **{name: queries.load(name) for name in queries.names()},
    **{file.stem: file.read_text(encoding="utf-8") for file in sorted(DOCUMENTS.glob("*.graphql"))},
    "repository_states": queries.repository_states(2, 1),
    "commit_histories": queries.commit_histories(2),
    "commit_details": queries.commit_details(2, 2),
    "introspection": get_introspection_query(),
    "again": "{ a: viewer { login } a: viewer { ... { id @skip(if: true) login @include(if: true) } __typename } }",
    "two nodes": "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Issue { title } ... on Node { __typename } } }",
}
IDS = [ISSUE.node_id, "no such node", PULL.node_id]
VARIABLES = {
    **dict.fromkeys(("repository", "id0"), REPO.node_id),
    **dict.fromkeys(("id", "pull", "id1"), PULL.node_id),
    **dict.fromkeys(("ids", "sizes", "own"), IDS),
    **dict.fromkeys(("oid", "oid0", "lines0", "pulls0", "one"), REPO.tip()),
    **dict.fromkeys(("oid1", "lines1", "pulls1", "two"), "0" * 40),
    **dict.fromkeys(("owner", "owner0", "login"), "Acme"),
    **dict.fromkeys(("name", "name0"), "Engine"),
    "issue": ISSUE.node_id,
    "since": "2024-01-01T00:00:00Z",
    "order": {"field": "UPDATED_AT", "direction": "DESC"},
    "tag": "v1",
    "ref": "refs/tags/v1",
    "first": 5,
}
SWITCHES = ("light", "least", "bare")
GetValue = Callable[[Any, str, Mapping[str, Any]], Any]


def failing(at: int, value: object) -> GetValue:
    """A resolver whose field number `at` has this value, or raises it."""
    count = 0

    def get(source: Any, name: str, arguments: Mapping[str, Any]) -> Any:
        nonlocal count
        count += 1
        if count - 1 == at:
            if isinstance(value, Exception):
                raise value
            return value
        found = source[name]
        return found(arguments) if callable(found) else found

    return get


def told(data: Any, errors: list[GraphQLError]) -> Any:
    """A response, in whose errors the order and the words for a null where none may be do not matter."""
    found = [
        (e.path, e.locations, "" if isinstance(e.original_error, TypeError) else e.message, type(e.original_error))
        for e in errors
    ]
    return data, sorted(found, key=repr)


def responses(text: str, variables: dict[str, Any], at: int, value: object) -> tuple[Any, Any]:
    """The executor's response and graphql-core's."""
    document = parse(text)
    root = {"rateLimit": {"cost": 1}, **Views(WORLD, WORLD.user("collector")).root()}
    switches = {name: value for name, value in variables.items() if isinstance(value, bool)}
    get, get_again = failing(at, value), failing(at, value)
    ours = Query(schema(), document, switches).execute(root, variables, lambda s, f, _, a: get(s, f.name, a))
    theirs = execute_sync(
        schema(),
        document,
        root,
        variable_values=variables,
        field_resolver=lambda s, info, **a: get_again(s, info.field_name, a),
    )
    return told(*ours), told(theirs.data, theirs.errors or [])


def asked(text: str) -> dict[str, Any]:
    """The values of a query's variables."""
    operation = next(d for d in parse(text).definitions if isinstance(d, OperationDefinitionNode))
    names = {d.variable.name.value for d in operation.variable_definitions or ()}
    return {name: value for name, value in VARIABLES.items() if name in names}


@pytest.mark.parametrize("name", TEXTS)
def test_response_is_that_of_graphql_core(name: str) -> None:
    ours, theirs = responses(TEXTS[name], asked(TEXTS[name]), -1, None)
    assert ours == theirs
    assert ours[0], "something was served"


@costly(60)
@given(
    name=st.sampled_from(sorted(TEXTS.keys() - {"introspection"})),
    at=st.integers(0, 120),
    value=st.sampled_from([None, Refusal("Odd", "FORBIDDEN")]),
    switches=st.sets(st.sampled_from(SWITCHES)),
)
def test_errors_and_nulls_are_those_of_graphql_core(name: str, at: int, value: object, switches: set[str]) -> None:
    chosen = {switch: True for switch in switches if f"${switch}:" in TEXTS[name]}
    ours, theirs = responses(TEXTS[name], {**asked(TEXTS[name]), **chosen}, at, value)
    assert ours == theirs


def test_variables_of_the_wrong_type_are_refused() -> None:
    ours, theirs = responses(TEXTS["Issues"], {"repository": REPO.node_id, "first": "many"}, -1, None)
    assert ours == theirs
    assert ours[0] is None
