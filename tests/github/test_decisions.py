"""What each kind of answer means. No network, no clock: microseconds."""

import json
from typing import Any

import pytest

from collector.github import decisions as d

NOW = 1_767_225_600.0


def graphql(answer: Any, status: int = 200, **headers: str) -> d.Outcome:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return d.of_graphql(status, {k.replace("_", "-"): v for k, v in headers.items()}, body, NOW)


def rest(answer: Any, status: int = 200, **headers: str) -> d.Outcome:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return d.of_rest(status, {k.replace("_", "-"): v for k, v in headers.items()}, body, NOW)


def test_whole_answer_is_good() -> None:
    assert graphql({"data": {"node": None}}) == d.Good({"node": None})
    assert rest([1, 2]) == d.Good([1, 2])


@pytest.mark.parametrize(
    "body", [b"", b"<html>Unicorn!</html>", b'{"data":{"no', b"\xff\xfe", b'"text"', b"[1]", b"null"]
)
def test_what_is_no_json_object_is_never_a_graphql_answer(body: bytes) -> None:
    outcome = graphql(body)
    assert isinstance(outcome, d.Transient)
    assert outcome.shrink


def test_answer_without_data_is_none() -> None:
    assert isinstance(graphql({}), d.Transient)
    assert isinstance(graphql({"data": None}), d.Transient)


@pytest.mark.parametrize("body", [b"<html></html>", b'{"a"', b'"text"', b"3"])
def test_what_is_no_json_is_never_a_rest_answer(body: bytes) -> None:
    assert isinstance(rest(body), d.Transient)


@pytest.mark.parametrize(
    "error",
    [
        {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["node", "issues", "nodes", 3], "message": "Resource limits"},
        {"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "Too many nodes"},
        {"message": "Something went wrong. This may be the result of a timeout, or it could be a GitHub bug."},
        {"type": "INTERNAL", "path": ["node", "issues"], "message": "Odd"},
        {"type": "NOT_FOUND", "path": ["node", "issues", "nodes", 3], "message": "A hole in a list"},
    ],
)
def test_errors_beside_data_make_it_partial(error: dict[str, Any]) -> None:
    outcome = graphql({"data": {"node": {"issues": {"nodes": [None]}}}, "errors": [error]})
    assert isinstance(outcome, d.Transient)
    assert outcome.shrink


@pytest.mark.parametrize(
    ("kind", "reason"), [("NOT_FOUND", "not_found"), ("FORBIDDEN", "forbidden"), ("DMCA", "blocked")]
)
def test_null_at_the_root_says_what_is_missing(kind: str, reason: str) -> None:
    error = {"type": kind, "path": ["n1"], "message": "Could not resolve"}
    assert graphql({"data": {"n0": {}, "n1": None}, "errors": [error]}) == d.Good(
        {"n0": {}, "n1": None}, {"n1": d.Absence(reason, "Could not resolve")}
    )


def test_ids_that_are_gone_are_holes_that_may_be() -> None:
    error = {"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve to a node"}
    answer = {"data": {"nodes": [{"id": "a"}, None]}, "errors": [error]}
    assert graphql(answer) == d.Good(answer["data"], {"1": d.Absence("not_found", "Could not resolve to a node")})


def test_question_that_is_wrong_is_not_asked_again() -> None:
    assert isinstance(graphql({"errors": [{"message": "Field 'x' doesn't exist"}]}), d.Broken)
    cursor = {"type": "INVALID_CURSOR_ARGUMENTS", "path": ["node", "issues"], "message": "`x` is no valid cursor."}
    assert isinstance(graphql({"data": {"node": None}, "errors": [cursor]}), d.Broken)
    assert isinstance(rest({"message": "Validation Failed"}, 422), d.Broken)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_server_errors_pass(status: int) -> None:
    assert isinstance(graphql(b"<html></html>", status), d.Transient)
    assert isinstance(rest(b"<html></html>", status), d.Transient)


def test_only_a_gateway_timeout_asks_for_smaller_pages() -> None:
    assert [status for status in (500, 502, 503, 504) if graphql(b"", status).shrink] == [502, 504]  # type: ignore[union-attr]


def test_retry_after_of_a_server_error_is_kept() -> None:
    outcome = rest(b"", 503, retry_after="7")
    assert isinstance(outcome, d.Transient)
    assert outcome.seconds == 7


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "not_found"), (409, "empty"), (410, "gone"), (451, "blocked"), (403, "forbidden")]
)
def test_rest_says_what_is_missing(status: int, reason: str) -> None:
    assert rest({"message": "No"}, status) == d.Missing(reason, said="No")


def test_graphql_has_one_address_so_nothing_is_missing_there() -> None:
    assert isinstance(graphql({"message": "Not Found"}, 404), d.Transient)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_moved(status: int) -> None:
    assert rest(b"", status, location="https://x/y") == d.Missing("moved", "https://x/y")


def test_token_refused() -> None:
    assert graphql({"message": "Bad credentials"}, 401) == d.Refused("Bad credentials")
    assert isinstance(rest(b"", 401), d.Refused)


@pytest.mark.parametrize("status", [403, 429])
def test_primary_limit_waits_for_the_reset(status: int) -> None:
    outcome = rest(
        {"message": "API rate limit exceeded"}, status, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 100)
    )
    assert outcome == d.Limited(101, False, "the hour's budget is used up")


def test_primary_limit_of_graphql_has_status_200() -> None:
    error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded"}
    outcome = graphql({"errors": [error]}, x_ratelimit_reset=str(int(NOW) + 100))
    assert outcome == d.Limited(101, False, "the hour's budget is used up")


@pytest.mark.parametrize("status", [403, 429])
def test_secondary_limit_stops_everything(status: int) -> None:
    message = {"message": "You have exceeded a secondary rate limit."}
    assert rest(message, status, retry_after="30") == d.Limited(30, True, "a secondary limit")
    assert graphql(message, status) == d.Limited(60, True, "a secondary limit")
    left = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) + 3000)}
    assert graphql(message, status, **left) == d.Limited(60, True, "a secondary limit")


def test_secondary_limit_of_graphql_with_status_200() -> None:
    outcome = graphql({"data": None, "errors": [{"message": "You have exceeded a secondary rate limit."}]})
    assert outcome == d.Limited(60, True, "a secondary limit")


def test_retry_after_may_be_a_date_or_nonsense() -> None:
    assert rest(b"", 429, retry_after="Thu, 01 Jan 2026 00:00:45 GMT") == d.Limited(45, True, "a secondary limit")
    assert rest(b"", 429, retry_after="soon") == d.Limited(60, True, "a secondary limit")
    assert rest(b"", 429) == d.Limited(60, True, "a secondary limit")
