"""Servers that are not github.com of today: schemas that lack something, no limits, another address, other versions."""

from typing import Any

import httpx
import pytest

from collector.emulator.older_schemas import OLD_SERVERS
from collector.github import queries
from tests.emulator.client import API, HEADERS, Client

ORDER = {"field": "CREATED_AT", "direction": "ASC"}
VIEWER = queries.load("Viewer")


def errors(client: Client, text: str, **variables: Any) -> list[dict[str, Any]]:
    answer = client.post(text, **variables).json()
    assert "data" not in answer
    found: list[dict[str, Any]] = answer["errors"]
    assert not any("type" in error for error in found)
    return found


def test_a_field_that_the_schema_lacks(client: Client) -> None:
    client.server.without = frozenset({"GitSignature.verifiedAt", "Issue.fullDatabaseId"})
    (error,) = errors(client, queries.load("CommitHistory"), repository="R", oid="0", first=1)
    assert error["message"] == "Field 'verifiedAt' doesn't exist on type 'GitSignature'"
    assert error["extensions"] == {"code": "undefinedField", "typeName": "GitSignature", "fieldName": "verifiedAt"}
    assert error["path"] == ["fragment CommitSignature", "signature", "verifiedAt"]
    (other,) = errors(client, queries.load("Issues"), repository="R", first=1, order=ORDER)
    assert other["extensions"]["typeName"] == "Issue"
    assert client.server.points() == 2


def test_an_argument_a_type_and_an_enum_value_that_the_schema_lacks(client: Client) -> None:
    client.server.without = frozenset(
        {"Repository.object(oid)", "Mannequin", "IssueTimelineItemsItemType.LABELED_EVENT"}
    )
    found = errors(client, queries.load("Parents"), repository="R", oid="0")
    assert found[0]["message"] == "Field 'object' doesn't accept argument 'oid'"
    expected = {"code": "argumentNotAccepted", "name": "object", "typeName": "Field", "argumentName": "oid"}
    assert found[0]["extensions"] == expected
    codes = {e["extensions"]["code"] for e in errors(client, queries.load("IssuesById"), ids=[])}
    assert codes == {"undefinedType", "argumentLiteralsIncompatible"}


def test_a_schema_is_told_by_introspection(client: Client) -> None:
    text = '{ __type(name: "PullRequest") { fields { name args { name } } } __schema { types { name } } }'

    def told() -> tuple[set[str], set[str]]:
        data = client.post(text).json()["data"]
        return {f["name"] for f in data["__type"]["fields"]}, {t["name"] for t in data["__schema"]["types"]}

    fields, types = told()
    client.server.without = OLD_SERVERS["2024-01"] | {"Mannequin"}
    assert fields - told()[0] == {"fullDatabaseId"}
    assert types - told()[1] == {"Mannequin"}


def test_what_is_not_in_the_schema_cannot_be_taken_out(client: Client) -> None:
    client.server.without = frozenset({"Repository.colour"})
    with pytest.raises(ValueError, match=r"Repository\.colour"):
        client.post(VIEWER)


def test_an_enterprise_server_without_limits_and_push_log(client: Client) -> None:
    client.world.repository("acme/engine", "2025-01-01")
    client.server.has_limits = client.server.has_activity = False
    client.server.budget().used = 5000
    answer = client.post(VIEWER)
    assert answer.json()["data"]["rateLimit"] is None
    assert not any(name.startswith("x-ratelimit") for name in answer.headers)
    assert client.get("/rate_limit").status_code == 404
    assert client.get("/repos/acme/engine/activity?per_page=2").status_code == 404
    assert client.get("/repos/acme/engine").is_success


def test_graphql_has_moved(client: Client) -> None:
    client.server.graphql_moved = 308
    moved = client.post(VIEWER)
    assert (moved.status_code, moved.headers["location"]) == (308, f"{API}/api/graphql")
    request = httpx.Request("POST", moved.headers["location"], headers=HEADERS, json={"query": VIEWER})
    assert client.server.handle(request).json()["data"]["viewer"]


def test_versions_of_rest_end(client: Client) -> None:
    client.world.repository("acme/engine", "2025-01-01")
    client.server.deprecated_versions = {"2022-11-28": ("2026-03-10", "2028-03-10")}
    soon = client.get("/repos/acme/engine")
    assert soon.headers["deprecation"] == "Tue, 10 Mar 2026 00:00:00 GMT"
    assert soon.headers["sunset"] == "Fri, 10 Mar 2028 00:00:00 GMT"
    client.server.sunset_versions = {"2022-11-28"}
    assert client.get("/repos/acme/engine").status_code == 410
    assert client.post(VIEWER).is_success
