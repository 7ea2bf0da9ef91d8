"""Executes GraphQL documents against a world, and says what they cost by GitHub's rules."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    parse,
    validate,
)

from collector.emulator.lacking import refused, schema_without
from collector.emulator.oddities import TooLong
from collector.emulator.resolving import Asked, as_answered, resolve
from collector.emulator.views import Views
from collector.emulator.world import Account, World
from collector.github import price as prices
from collector.github.price import NODE_LIMIT, Price
from collector.github.query_parsing import schema


@lru_cache(maxsize=512)
def checked(text: str, without: frozenset[str] = frozenset()) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """The parsed document, and what is wrong with it by the schema `without` some of it."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schema_without(schema(), without), document)


def price(text: str, variables: Mapping[str, Any]) -> Price:
    """What a query costs; one that is refused costs a point."""
    document, errors = checked(text)
    return Price(1, 0) if document is None or errors else prices.price(text, variables)


def operation_name(text: str) -> str:
    """The name of the first operation, if it has one."""
    document, _ = checked(text)
    for definition in document.definitions if document else ():
        if isinstance(definition, OperationDefinitionNode) and definition.name:
            return definition.name.value
    return ""


def execute(
    world: World, viewer: Account, text: str, variables: Mapping[str, Any], asked: Asked | None = None
) -> dict[str, Any]:
    """The answer's body: data, and errors where there are any. Raises TooLong for what GitHub never answers."""
    asked = asked or Asked()
    document, errors = checked(text, asked.without)
    if document is None or errors:
        return {"errors": [refused(document, e) if document else as_answered(e) for e in errors]}
    cost = price(text, variables)
    if cost.nodes > NODE_LIMIT:
        message = f"This query requests up to {cost.nodes:,} possible nodes which exceeds the maximum limit of 500,000."
        return {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}]}
    views = Views(world, viewer)
    asked.now, asked.odd = world.now, world.odd if world.odd.any else None
    root = {
        "rateLimit": {"cost": cost.points} if asked.limits else None,
        "viewer": views.account(viewer),
        "node": views.node,
        "nodes": views.nodes,
        "repository": views.by_name,
        "repositoryOwner": views.owner,
    }
    result = execute_sync(
        schema_without(schema(), asked.without),
        document,
        root,
        context_value=asked,
        variable_values=dict(variables),
        field_resolver=resolve,
    )
    if any(isinstance(e.original_error, TooLong) for e in result.errors or ()):
        raise TooLong
    asked.say(result.data)
    if result.data is None and result.errors and not any(e.path for e in result.errors):
        return {"errors": [as_answered(e) for e in result.errors]}
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [as_answered(e) for e in result.errors]
    return body


def cut(body: dict[str, Any], limit: int) -> dict[str, Any]:
    """The answer as GitHub's resource limits leave it: nulls in the lists from the node `limit` on, and errors."""
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
