"""Execute GraphQL documents against a world, and calculate their cost by GitHub's rules."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
    validate,
)

from collector.emulator.accounts import Account
from collector.emulator.executor import Query
from collector.emulator.oddities import TooLong
from collector.emulator.older_schemas import schema_without, validation_error
from collector.emulator.query_context import QueryContext, as_github_error
from collector.emulator.views import Views
from collector.emulator.world import World
from collector.github import price as prices
from collector.github.price import NODE_LIMIT, Price
from collector.github.query_parsing import schema


@lru_cache(maxsize=512)
def parse_and_validate(
    text: str, without: frozenset[str] = frozenset()
) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """Return the parsed document and its errors, validated against the schema without the names in `without`."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schema_without(schema(), without), document)


@lru_cache(maxsize=512)
def _query(text: str, without: frozenset[str], switches: frozenset[tuple[str, bool]]) -> Query:
    document, _ = parse_and_validate(text, without)
    assert document is not None
    return Query(schema_without(schema(), without), document, dict(switches))


def price(text: str, variables: Mapping[str, Any]) -> Price:
    """Return the cost of a query. An invalid query costs one point."""
    document, errors = parse_and_validate(text)
    return Price(1, 0) if document is None or errors else prices.price(text, variables)


def operation_name(text: str) -> str:
    """Return the name of the first named operation, otherwise an empty string."""
    document, _ = parse_and_validate(text)
    for definition in document.definitions if document else ():
        if isinstance(definition, OperationDefinitionNode) and definition.name:
            return definition.name.value
    return ""


def execute(
    world: World, viewer: Account, text: str, variables: Mapping[str, Any], context: QueryContext | None = None
) -> dict[str, Any]:
    """Execute a query and return the response body: data, and errors if there are any. Raises TooLong for a timeout."""
    context = context or QueryContext()
    document, errors = parse_and_validate(text, context.without)
    if document is None or errors:
        return {"errors": [validation_error(document, e) if document else as_github_error(e) for e in errors]}
    cost = price(text, variables)
    if cost.nodes > NODE_LIMIT:
        message = f"This query requests up to {cost.nodes:,} possible nodes which exceeds the maximum limit of 500,000."
        return {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}]}
    views = Views(world, viewer)
    context.now, context.odd = world.now, world.odd if world.odd.any else None
    root = {"rateLimit": {"cost": cost.points} if context.limits else None, **views.root()}
    switches = frozenset((name, value) for name, value in variables.items() if isinstance(value, bool))
    data, errors = _query(text, context.without, switches).execute(root, dict(variables), context.resolve)
    if any(isinstance(e.original_error, TooLong) for e in errors):
        raise TooLong
    context.apply_overrides(data)
    if data is None and not any(e.path for e in errors):
        return {"errors": [as_github_error(e) for e in errors]}
    body: dict[str, Any] = {"data": data}
    if errors:
        body["errors"] = [as_github_error(e) for e in errors]
    return body


def cut(body: dict[str, Any], limit: int) -> dict[str, Any]:
    """Return a response cut by GitHub's resource limits: list items after `limit` nodes are null, with errors.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    errors: list[dict[str, Any]] = list(body.get("errors", ()))
    count = 0

    def walk(value: Any, path: list[str | int]) -> Any:
        nonlocal count
        if isinstance(value, dict):
            return {k: walk(v, [*path, k]) for k, v in value.items()}
        if not isinstance(value, list):
            return value
        kept: list[Any] = []
        for place, item in enumerate(value):
            count += isinstance(item, dict)
            if isinstance(item, dict) and count > limit:
                message = "Resource limits for this query exceeded."
                errors.append({"type": "RESOURCE_LIMITS_EXCEEDED", "path": [*path, place], "message": message})
                kept.append(None)
            else:
                kept.append(walk(item, [*path, place]))
        return kept

    data = walk(body.get("data"), [])
    return {"data": data, "errors": errors} if errors else {"data": data}
