"""The client accepts responses with field errors only where they are wanted, and says what a token may not see."""

from typing import Any

import pytest

from collector.github.client import (
    Forbidden,
    NotThere,
    RequestFailed,
    TooHeavy,
    require,
)
from collector.github.page_size import PageSize
from collector.github.responses import Absence, Success
from tests.github.scripted import Desk, first

LISTING = (
    "query Issues($first: Int!) { node { ... on Repository { issues(first: $first) { nodes { author { id } } } } } }"
)

WHERE = ["node", "issues", "nodes", 0]


def issues(*errors: dict[str, Any], nodes: Any = ({"author": None}, None)) -> dict[str, Any]:
    """An answer to the list of issues, with errors."""
    node = {"id": "R_1", "issues": {"nodes": nodes}}
    return {"data": {"rateLimit": {"cost": 1}, "node": node}, "errors": list(errors)}


HIDDEN = {"type": "FORBIDDEN", "message": "SAML", "path": [*WHERE, "author"], "extensions": {"saml_failure": True}}

LOST = {"type": "INTERNAL", "message": "Odd", "path": ["node", "issues", "nodes", 1, "body"]}


def test_field_errors_of_permission_are_taken_at_once_by_whoever_wants_them() -> None:
    desk, pages = Desk(issues(HIDDEN)), PageSize("issues")
    answer = desk.answer(LISTING, pages, partial=True)
    assert [(error.path, error.kind) for error in answer.field_errors] == [((*WHERE, "author"), "FORBIDDEN")]
    assert len(desk.script.requests) == 1
    assert pages.good == 1


def test_other_field_errors_are_taken_when_they_come_again_and_again() -> None:
    desk, pages = Desk(issues(HIDDEN, LOST)), PageSize("issues")
    answer = desk.answer(LISTING, pages, partial=True)
    assert [error.path for error in answer.field_errors] == [(*WHERE, "author"), ("node", "issues", "nodes", 1)]
    assert answer.field_errors[1].at == ("node", "issues", "nodes", 1, "body")
    assert [first(r) for r in desk.script.requests] == [25, 25, 25], "the same question"
    desk = Desk(issues(LOST), issues(HIDDEN))
    assert len(desk.answer(LISTING, PageSize("issues"), partial=True).field_errors) == 1
    assert len(desk.script.requests) == 2


def test_field_errors_that_nobody_wants_make_no_answer() -> None:
    desk, pages = Desk(issues(HIDDEN, nodes=({"author": None},))), PageSize("issues", 2)
    with pytest.raises(TooHeavy, match="FORBIDDEN: SAML"):
        desk.answer(LISTING, pages)
    assert pages.size == 1


@pytest.mark.parametrize(
    "error",
    [
        {"type": "FORBIDDEN", "message": "SAML", "path": ["node", "issues", "nodes"]},
        {"type": "INTERNAL", "message": "Odd", "path": ["node", "issues", "nodes"]},
        {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits", "path": ["node", "issues", "nodes"]},
    ],
)
def test_a_list_that_is_missing_is_never_taken_for_a_field_error(error: dict[str, Any]) -> None:
    desk = Desk(issues(error, nodes=None))
    with pytest.raises(RequestFailed):
        desk.answer(LISTING, PageSize("issues", 1), partial=True)


def test_resource_limits_are_never_taken_for_field_errors() -> None:
    cut = {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits", "path": ["node", "issues", "nodes", 1]}
    desk = Desk(issues(cut), issues(nodes=()))
    assert desk.answer(LISTING, PageSize("issues"), partial=True).field_errors == ()
    assert len(desk.script.requests) == 2


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("'acme' forbids access via a personal access token (classic).", "fine-grained token"),
        (
            "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime "
            "is greater than 366 days.",
            "shorter lifetime",
        ),
        (
            "Resource protected by organization SAML enforcement.",
            "Authorise the token",
        ),
        ("the `acme` organization has an IP allow list enabled, and your IP address is not permitted", "address"),
        ("Resource not accessible by integration", "personal token"),
        ("Nobody knows", "another kind of token"),
    ],
)
def test_what_a_token_may_not_see_is_told_in_github_s_words_and_what_to_do(said: str, step: str) -> None:
    refused = (403, {"message": said}, {"x-ratelimit-remaining": "4000"})
    with pytest.raises(Forbidden) as raised:
        Desk(refused).get()
    assert (raised.value.reason, raised.value.said) == ("forbidden", said)
    with pytest.raises(Forbidden) as everything:
        Desk(refused).ask()
    for error in (raised.value, everything.value):
        assert said.rstrip(".") in error.message
        assert step in (error.next_step or "")


def test_what_an_answer_must_have() -> None:
    answer = Success(
        {"node": {"issues": None, "name": "x"}, "n0": None, "n1": None},
        {"n0": Absence("forbidden", "SAML"), "issues": Absence("blocked", "DMCA")},
    )
    assert require(answer, "node", "acme/core") == answer.data["node"]
    assert require(answer, "node.name", "acme/core") == "x"
    with pytest.raises(Forbidden, match="does not show acme/core to this token: SAML"):
        require(answer, "n0", "acme/core")
    with pytest.raises(NotThere) as raised:
        require(answer, "n1", "acme/core")
    assert raised.value.reason == "not_found"
    with pytest.raises(NotThere) as raised:
        require(answer, "node.issues", "issues of acme/core")
    assert raised.value.reason == "blocked"
