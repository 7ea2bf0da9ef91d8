"""What GitHub may answer, and what is refused with the name of the field."""

import dataclasses
from inspect import getmembers, isclass
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

from collector.github import models, rest_models, thread_models
from collector.github.commit_models import Commit
from collector.github.models import Account, BigInt, OddAnswer, Page, Release, Tag, Touched, Typename, parse
from collector.github.rest_models import Activity
from collector.github.thread_models import Comment, Discussion, PullRequest

MODELS = sorted(
    {
        model
        for module in (models, thread_models, rest_models)
        for _, model in getmembers(module, isclass)
        if dataclasses.is_dataclass(model)
    },
    key=lambda model: model.__name__,
)
OID = "a" * 40
MOMENT = "2025-01-01T00:00:00Z"
# GitHub sends numbers over 32 bits as text.
NUMBERS_AS_TEXT = (BigInt, BigInt | None, Typename)
RELEASE = {"id": "RE_1", "tagName": "v1"}


def odd(model: type[Any], answer: object) -> OddAnswer:
    with pytest.raises(OddAnswer) as found:
        parse(model, answer, "Things")
    return found.value


@pytest.mark.parametrize("model", MODELS)
def test_no_value_becomes_one_of_another_type(model: type[Any]) -> None:
    hints = get_type_hints(model, include_extras=True)
    for name in (field.name for field in dataclasses.fields(model) if hints[field.name] not in NUMBERS_AS_TEXT):
        for value in (0, 1, 1.0, True, "1", "true"):
            try:
                read = TypeAdapter(hints[name]).validate_python(value)
            except ValidationError:
                continue
            assert read is None or type(read) is type(value), name


def test_a_number_over_32_bits_is_sent_as_digits() -> None:
    assert parse(Comment, {"fullDatabaseId": "4294967296"}, "Things").full_database_id == 2**32
    assert parse(Comment, {"fullDatabaseId": 7}, "Things").full_database_id == 7
    for value in ("", "-1", "1.0", "\u0661", "9" * 5000, True, 1.0, None):
        assert odd(Comment, {"fullDatabaseId": value}).field == "fullDatabaseId"


@pytest.mark.parametrize("model", [PullRequest, Discussion])
def test_an_id_is_opaque_but_neither_empty_nor_endless(model: type[Any]) -> None:
    row = {"fullDatabaseId": 1, "number": 1}
    assert parse(model, {**row, "id": "PR_kwDOABPHjc4AAAAB"}, "Things").id == "PR_kwDOABPHjc4AAAAB"
    for value in ("", "a b", "PR_\0", "PR_\n", "9" * 5_000):
        assert odd(model, {**row, "id": value}).field == "id"


def test_what_was_not_asked_for_is_ignored() -> None:
    assert parse(Release, {**RELEASE, "isImmutable": True}, "Things") == parse(Release, RELEASE, "Things")


def test_values_that_are_new_to_a_list_of_names_are_kept() -> None:
    assert parse(Activity, {"id": 1, "activity_type": "teleport"}, "Things").activity_type == "teleport"
    assert (
        parse(PullRequest, {"id": "PR_1", "fullDatabaseId": 1, "number": 1, "state": "SHELVED"}, "x").state == "SHELVED"
    )


@pytest.mark.parametrize(
    ("model", "answer", "field", "words"),
    [
        (Release, {**RELEASE, "tagName": None}, "tagName", "input should be a valid string, got null"),
        (Release, {**RELEASE, "databaseId": "7"}, "databaseId", "input should be a valid integer, got a string"),
        (Release, {**RELEASE, "isDraft": 1}, "isDraft", "input should be a valid boolean, got a number"),
        (Release, {**RELEASE, "author": {"__typename": 3, "login": "a"}}, "author.__typename", "got a number"),
        (Release, {**RELEASE, "author": ["a"]}, "author", "input should be an object, got a list"),
        (Release, {**RELEASE, "author": {"__typename": "User"}}, "author", "login is missing"),
        (Release, {"id": "RE_1"}, "", "does not match its schema at the top level: tagName is missing"),
        (Release, None, "", "does not match its schema at the top level: input should be an object, got null"),
        (Page[Touched], {"nodes": [{"id": "a"}, {"id": 3}]}, "nodes[1].id", "got a number"),
        (Page[Touched], {"nodes": {}}, "nodes", "input should be a valid list, got an object"),
        (
            Tag,
            {"name": "v1", "target": {"__typename": "Tag", "oid": OID, "target": {"oid": OID}}},
            "target.target",
            "is",
        ),
        (Activity, {"id": 1, "actor": {"id": 1, "login": True}}, "actor.login", "got a boolean"),
    ],
)
def test_an_odd_answer_names_the_field_as_github_does(model: type[Any], answer: object, field: str, words: str) -> None:
    found = odd(model, answer)
    assert found.field == field
    assert found.message.startswith(
        f"GitHub's answer to Things does not match its schema at {field or 'the top level'}: "
    )
    assert words in found.message


@pytest.mark.parametrize(
    "time",
    [
        "2025-01-01T00:00:00+00:00",
        "2025-01-01T00:00:00.5Z",
        "2025-01-01",
        f"{MOMENT}\n",
        "2025-01-01T00:00:0\u0663Z",
        "",
    ],
)
def test_a_time_by_githubs_own_clock_has_one_form(time: str) -> None:
    assert parse(Release, {**RELEASE, "createdAt": MOMENT}, "Things").created_at == MOMENT
    assert odd(Release, {**RELEASE, "createdAt": time}).field == "createdAt"


def test_other_times_are_rewritten_as_the_database_has_them() -> None:
    commit = {"oid": OID, "authoredDate": "2025-01-01T02:00:00.5+02:00", "committedDate": "+051800-01-01T00:00:00Z"}
    read = parse(Commit, commit, "Things")
    assert (read.authored_date, read.committed_date) == (MOMENT, None)


def test_an_accounts_number_is_the_one_in_its_node_id_where_github_tells_no_other() -> None:
    shown = {"__typename": "User", "login": "ada", "id": "U_kgDOABPHjQ"}
    assert parse(Account, shown, "Things").number == 1296269
    assert parse(Account, {**shown, "databaseId": 7}, "Things").number == 7
    assert parse(Account, {**shown, "id": "opaque"}, "Things").number is None


def test_a_commit_that_is_its_own_parent_has_no_parents_that_are_believed() -> None:
    page = {"nodes": [{"oid": "a" * 40}], "totalCount": 1, "pageInfo": {"hasNextPage": False, "endCursor": None}}
    assert parse(Commit, {"oid": "b" * 40, "parents": page}, "CommitHistory").parent_oids == ["a" * 40]
    assert parse(Commit, {"oid": "a" * 40, "parents": page}, "CommitHistory").parent_oids is None
