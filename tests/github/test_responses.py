"""What each kind of answer means. No network, no clock: microseconds."""

import json
from typing import Any

import pytest

from collector.github import responses as d

NOW = 1_767_225_600.0


def graphql(answer: Any, status: int = 200, /, **headers: str) -> d.Outcome:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return d.of_graphql(status, {k.replace("_", "-"): v for k, v in headers.items()}, body, NOW)


def rest(answer: Any, status: int = 200, /, **headers: str) -> d.Outcome:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return d.of_rest(status, {k.replace("_", "-"): v for k, v in headers.items()}, body, NOW)


def test_whole_answer_is_good() -> None:
    assert graphql({"data": {"node": None}}) == d.Success({"node": None})
    assert rest([1, 2]) == d.Success([1, 2])


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
        {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["node", "issues", "nodes", 0], "message": "Resource limits"},
        {"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "Too many nodes"},
        {"message": "Something went wrong. This may be the result of a timeout, or it could be a GitHub bug."},
        {"type": "INTERNAL", "path": ["node", "issues"], "message": "Odd: there is no null"},
        {"type": "INTERNAL", "path": ["node", "issues", "nodes", 3], "message": "Odd: there is no such row"},
        {"type": "INTERNAL", "path": "node", "message": "Odd: that is no path"},
        {"type": "INTERNAL", "message": "Odd"},
        {"type": "NOT_FOUND", "path": ["node", 0, {}], "message": "Odd"},
        "an error",
    ],
)
def test_errors_that_explain_no_null_make_an_answer_none(error: Any) -> None:
    outcome = graphql({"data": {"node": {"issues": {"nodes": [None]}}}, "errors": [error]})
    assert isinstance(outcome, d.Transient)
    assert outcome.shrink


def test_field_errors_are_told_with_what_github_says_of_them() -> None:
    """A field that may not be null takes the object around it along: change-metrics/monocle#222."""
    commit: list[str | int] = ["node", "object", "history", "nodes", 1]
    errors = [
        {
            "type": "SERVICE_UNAVAILABLE",
            "path": [*commit, "additions"],
            "message": "The additions count is unavailable.",
        },
        {"type": "FORBIDDEN", "path": ["node", "object", "history", "nodes", 0, "author"], "message": "SAML"},
    ]
    data = {"node": {"object": {"history": {"nodes": [{"author": None}, None]}}}}
    outcome = graphql({"data": data, "errors": errors})
    assert isinstance(outcome, d.Success)
    assert outcome.missing == {}
    unavailable, hidden = outcome.field_errors
    assert unavailable == d.FieldError(
        tuple(commit), "SERVICE_UNAVAILABLE", "The additions count is unavailable.", (*commit, "additions")
    )
    assert (unavailable.of_permission, hidden.of_permission) == (False, True)
    assert hidden.path == hidden.at == ("node", "object", "history", "nodes", 0, "author")


def test_a_null_near_the_root_that_is_nobodys_permission_is_a_field_error() -> None:
    answer = {"data": {"nodes": [None]}, "errors": [{"type": "INTERNAL", "path": ["nodes", 0], "message": "Odd"}]}
    assert graphql(answer) == d.Success(
        {"nodes": [None]}, {}, (d.FieldError(("nodes", 0), "INTERNAL", "Odd", ("nodes", 0)),)
    )


@pytest.mark.parametrize(
    ("kind", "reason"), [("NOT_FOUND", "not_found"), ("FORBIDDEN", "forbidden"), ("DMCA", "blocked")]
)
def test_null_at_the_root_says_what_is_missing(kind: str, reason: str) -> None:
    error = {"type": kind, "path": ["n1"], "message": "Could not resolve"}
    assert graphql({"data": {"n0": {}, "n1": None}, "errors": [error]}) == d.Success(
        {"n0": {}, "n1": None}, {"n1": d.Absence(reason, "Could not resolve")}
    )


def test_ids_that_are_gone_are_field_errors_that_may_be() -> None:
    error = {"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve to a node"}
    answer = {"data": {"nodes": [{"id": "a"}, None]}, "errors": [error]}
    assert graphql(answer) == d.Success(answer["data"], {"1": d.Absence("not_found", "Could not resolve to a node")})


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("undefinedField", "Field 'verifiedAt' doesn't exist on type 'GitSignature'"),
        ("argumentNotAccepted", "Field 'stateReason' doesn't accept argument 'enableDuplicate'"),
        ("undefinedType", "No such type ConvertedToDiscussionEvent, so it can't be a fragment condition"),
        ("argumentLiteralsIncompatible", "Argument 'itemTypes' has an invalid value"),
    ],
)
def test_what_the_schema_does_not_have(code: str, message: str) -> None:
    path = ["fragment CommitFields", "signature", "verifiedAt"]
    error = {"path": path, "extensions": {"code": code}, "message": message}
    assert graphql({"errors": [error, error]}) == d.NotInSchema(message)


def test_a_token_that_may_see_nothing_of_it() -> None:
    said = "Resource not accessible by integration"
    error = {"type": "FORBIDDEN", "message": said}
    assert graphql({"data": None, "errors": [error]}) == d.Missing("forbidden", said=said)
    assert graphql({"message": said}, 403) == d.Missing("forbidden", said=said)
    assert rest({"message": said}, 403) == d.Missing("forbidden", said=said)
    assert isinstance(graphql(b"<html>Blocked by the proxy</html>", 403), d.Transient)


@pytest.mark.parametrize(
    "said",
    [
        "the `acme` organization has an IP allow list enabled, and your IP address is not permitted",
        "Resource protected by organization SAML enforcement.",
        "The 'acme' organization forbids access via a fine-grained personal access token",
        "Resource not accessible by personal access token",
    ],
)
def test_a_policy_is_known_by_its_words_where_the_error_has_no_type(said: str) -> None:
    assert graphql({"data": None, "errors": [{"message": said}]}) == d.Missing("forbidden", said=said)
    outcome = graphql({"data": {"n0": None}, "errors": [{"message": said, "path": ["n0"]}]})
    assert isinstance(outcome, d.Success)
    assert outcome.missing == {"n0": d.Absence("forbidden", said)}


def test_scopes_that_a_token_lacks_are_a_matter_of_permission() -> None:
    error = {"type": "INSUFFICIENT_SCOPES", "path": ["nodes", 0, "author"], "message": "Your token has not the scopes."}
    outcome = graphql({"data": {"nodes": [{"author": None}]}, "errors": [error]})
    assert isinstance(outcome, d.Success)
    assert [error.of_permission for error in outcome.field_errors] == [True]


def test_an_answer_nested_without_end_is_none() -> None:
    assert isinstance(graphql(b"[" * 100_000), d.Transient)
    assert isinstance(rest(b'{"a":' * 100_000), d.Transient)


def test_what_may_pass_is_asked_again_though_there_is_no_data() -> None:
    for error in ({"type": "INTERNAL", "message": "Odd"}, {"message": "Something went wrong while executing"}):
        outcome = graphql({"data": None, "errors": [error]})
        assert isinstance(outcome, d.Transient)
        assert outcome.shrink


def test_question_that_is_wrong_is_not_asked_again() -> None:
    assert isinstance(graphql({"errors": [{"message": "Field 'x' doesn't exist"}]}), d.Broken)
    mismatch = {"extensions": {"code": "variableMismatch"}, "message": "Type mismatch"}
    assert isinstance(graphql({"errors": [mismatch]}), d.Broken)
    cursor = {"type": "INVALID_CURSOR_ARGUMENTS", "path": ["node", "issues"], "message": "`x` is no valid cursor."}
    assert isinstance(graphql({"data": {"node": None}, "errors": [cursor]}), d.Broken)
    assert isinstance(rest({"message": "Validation Failed"}, 422), d.Broken)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_server_errors_pass(status: int) -> None:
    assert isinstance(graphql(b"<html></html>", status), d.Transient)
    assert isinstance(rest(b"<html></html>", status), d.Transient)


def test_what_github_gave_up_on_is_told_apart() -> None:
    for outcome in (graphql(b"", 502), graphql(b"", 504), rest(b"", 504)):
        assert isinstance(outcome, d.Transient)
        assert outcome.timed_out
    message = "Something went wrong while executing your query. This may be the result of a timeout, or a GitHub bug."
    outcome = graphql({"data": None, "errors": [{"message": message}]})
    assert isinstance(outcome, d.Transient)
    assert outcome.timed_out
    for outcome in (graphql(b"", 500), graphql(b"nonsense")):
        assert isinstance(outcome, d.Transient)
        assert not outcome.timed_out


def test_only_a_gateway_timeout_asks_for_smaller_pages() -> None:
    outcomes = {status: graphql(b"", status) for status in (500, 502, 503, 504)}
    shrinking = [status for status, outcome in outcomes.items() if isinstance(outcome, d.Transient) and outcome.shrink]
    assert shrinking == [502, 504]


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


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_moved(status: int) -> None:
    assert rest(b"", status, location="https://x/y") == d.Missing("moved", "https://x/y")
    assert graphql(b"", status, location="https://x/y") == d.Missing("moved", "https://x/y")


def test_token_refused() -> None:
    assert graphql({"message": "Bad credentials"}, 401) == d.Refused("Bad credentials")
    assert isinstance(rest(b"", 401), d.Refused)


@pytest.mark.parametrize("status", [403, 429])
def test_primary_limit_waits_for_the_reset(status: int) -> None:
    outcome = rest(
        {"message": "API rate limit exceeded"}, status, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 100)
    )
    assert outcome == d.Limited(101, False, "the hour's budget is used up")


@pytest.mark.parametrize(
    "error",
    [
        {"type": "RATE_LIMITED"},
        {"type": "RATE_LIMIT", "code": "graphql_rate_limit"},
        {"type": "SOMETHING_NEW", "code": "graphql_rate_limit"},
        {"extensions": {"code": "graphql_rate_limit"}},
    ],
)
@pytest.mark.parametrize("left", ["0", "17", ""])
def test_primary_limit_of_graphql_has_status_200(error: dict[str, Any], left: str) -> None:
    answer = {"errors": [{**error, "message": "API rate limit already exceeded for user ID 1."}]}
    told = {"x_ratelimit_remaining": left, "x_ratelimit_reset": str(int(NOW) + 100)}
    assert graphql(answer, **told) == d.Limited(101, False, "the hour's budget is used up")
    # However soon the reset is, a minute at least: the header may be of another counter.
    told["x_ratelimit_reset"] = str(int(NOW) + 5)
    assert graphql(answer, **told) == d.Limited(60, False, "the hour's budget is used up")


def test_end_of_the_version_of_the_api_is_not_the_end_of_a_thing() -> None:
    said = "API version 2022-11-28 is no longer supported. Please use a supported version."
    assert rest({"message": said}, 410) == d.ApiEnded(said)
    assert rest({"message": "This issue was deleted"}, 410) == d.Missing("gone", said="This issue was deleted")


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
    said = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
    assert graphql(said) == d.Limited(60, True, "a secondary limit")
    assert graphql(said, retry_after="7") == d.Limited(7, True, "a secondary limit")
    used_up = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) + 90)}
    outcome = graphql({"message": "API rate limit exceeded"}, **used_up)
    assert outcome == d.Limited(91, False, "the hour's budget is used up")


def test_retry_after_may_be_a_date_or_nonsense() -> None:
    assert rest(b"", 429, retry_after="Thu, 01 Jan 2026 00:00:45 GMT") == d.Limited(45, True, "a secondary limit")
    assert rest(b"", 429, retry_after="soon") == d.Limited(60, True, "a secondary limit")
    assert rest(b"", 429) == d.Limited(60, True, "a secondary limit")


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": {"x": 1, "x": 2}}',
        b'{"data": {"x": NaN}}',
        b'{"data": {"x": "\\ud800"}}',
        b'{"data": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"data": {"x": ' + b"9" * 5_000 + b"}}",
        b'{"data": [' + b"{}," * d.MOST_CONTAINERS + b"{}]}",
        b'{"data": [' + b"1," * (d.MOST_VALUES + 1) + b"1]}",
    ],
    ids=["a key twice", "no number", "half a pair", "deep", "long number", "many objects", "many values"],
)
def test_json_that_github_never_sends_is_no_answer(body: bytes) -> None:
    assert d.of_graphql(200, {}, body, 0.0) == d.Transient("a response that is not JSON", shrink=True)
