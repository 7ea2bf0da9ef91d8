"""The client omits fields that the server lacks, and reports a schema or API version that it cannot do without."""

import asyncio
import json
from typing import Any

import graphql
import httpx
import pytest

from collector.github import older_schemas, queries
from collector.github.client import (
    SchemaChanged,
)
from collector.github.page_size import PageSize
from collector.github.query_parsing import schema
from tests.github.scripted import Desk

EMPTY = {"data": {"rateLimit": {"cost": 3}, "node": None}}
HEAVY_TEXT = queries.load("CommitHistory")


def test_end_of_the_rest_version_is_said() -> None:
    said = "API version 2022-11-28 is no longer supported. Please use a supported version."
    desk = Desk((410, {"message": said}))
    with pytest.raises(SchemaChanged, match="no longer serves the requested version") as raised:
        desk.get()
    assert raised.value.exit_code == 1
    assert len(desk.script.requests) == 1


def test_what_is_announced_is_kept() -> None:
    sunset = {"deprecation": "true", "sunset": "Wed, 01 Mar 2028 00:00:00 GMT"}
    desk = Desk((200, [1], sunset), [2])
    desk.get()
    desk.get()
    assert desk.github.announced == sunset


def introspected(without: str = "") -> dict[str, Any]:
    """What a server answers that has all but one line of the schema."""
    text = graphql.print_schema(schema())
    assert without in text
    there = graphql.build_schema(text.replace(without, ""))
    return {"data": graphql.graphql_sync(there, older_schemas.introspection()).data}


UNKNOWN = {
    "extensions": {"code": "undefinedField"},
    "message": "Field 'verifiedAt' doesn't exist on type 'Signature'",
}


def test_what_a_server_lacks_is_left_out_after_one_look() -> None:
    desk = Desk({"errors": [UNKNOWN]}, introspected("  verifiedAt: DateTime\n"), EMPTY)
    assert desk.answer(HEAVY_TEXT, PageSize("commits")).data["node"] is None
    assert "GitSignature.verifiedAt" in desk.github.lacks
    asked = [json.loads(r.content)["query"] for r in desk.script.requests]
    assert ["verifiedAt" in text for text in asked] == [True, False, False]
    desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 4
    assert desk.meter.retries == 0


def test_questions_at_once_look_once() -> None:
    schema_told = introspected("  verifiedAt: DateTime\n")

    def answer(request: httpx.Request) -> Any:
        if b"__type(" in request.content:
            return schema_told
        return {"errors": [UNKNOWN]} if b"verifiedAt" in request.content else EMPTY

    desk = Desk(answer)
    handle = desk.script.handle_async_request

    async def slowly(request: httpx.Request) -> httpx.Response:
        for _ in range(5):
            await asyncio.sleep(0)
        return await handle(request)

    desk.script.handle_async_request = slowly  # type: ignore[method-assign]

    async def both() -> None:
        ask = [desk.github.graphql("CommitHistory", HEAVY_TEXT, {}, desk.meter) for _ in range(2)]
        await asyncio.gather(*ask)

    asyncio.run(both())
    assert len(desk.script.requests) == 5


def test_what_cannot_be_done_without_ends_the_run_at_once() -> None:
    error = {**UNKNOWN, "message": "Field 'committedDate' doesn't exist on type 'Commit'"}
    desk = Desk({"errors": [error]}, introspected("  committedDate: DateTime!\n"))
    with pytest.raises(SchemaChanged, match=r"no Commit\.committedDate"):
        desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 2
    with pytest.raises(SchemaChanged, match=r"no Commit\.committedDate"):
        desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 2, "no need to ask"


@pytest.mark.parametrize(
    "answer", [None, {"errors": [UNKNOWN]}, {"errors": [{"message": "Introspection is off"}]}, {"data": {}}]
)
def test_a_refusal_that_the_schema_does_not_explain_is_told_in_github_s_words(answer: Any) -> None:
    desk = Desk({"errors": [UNKNOWN]}, answer or introspected(), {"errors": [UNKNOWN]})
    with pytest.raises(SchemaChanged, match="'verifiedAt' doesn't exist"):
        desk.answer(HEAVY_TEXT, PageSize("commits"))
    assert len(desk.script.requests) == 2
