"""What is taken of an answer with field errors in it, and what is noted."""

from typing import Any

import pytest

from collector.github.models import OddAnswer
from collector.github.responses import FieldError
from collector.sync.fetchers import partial_threads
from collector.sync.fetchers.thread_kinds import ISSUES

SAID = "Resource protected by organization SAML enforcement."
INFO = {"hasNextPage": False, "endCursor": None}


def page(*nodes: Any) -> dict[str, Any]:
    return {"totalCount": len(nodes), "pageInfo": INFO, "nodes": list(nodes)}


def comment(number: int, **changed: Any) -> dict[str, Any]:
    at = "2025-01-01T00:00:00Z"
    shown = {"fullDatabaseId": str(number), "authorAssociation": "NONE", "createdAt": at, "updatedAt": at, "body": "A"}
    return {"id": f"IC_{number}", **shown, **changed}


def issue(**changed: Any) -> dict[str, Any]:
    at = "2025-01-01T00:00:00Z"
    own = {"id": "I_1", "fullDatabaseId": "7", "number": 1, "title": "T", "body": "", "authorAssociation": "NONE"}
    own |= {"state": "OPEN", "locked": False, "createdAt": at, "updatedAt": at}
    return {**own, "labels": page(), "comments": page(), "timelineItems": page(), **changed}


def read(node: dict[str, Any], *paths: tuple[str | int, ...]) -> partial_threads.Reading[Any]:
    field_errors = [FieldError(path, "FORBIDDEN", SAID, path) for path in paths]
    return partial_threads.reading(ISSUES.model, ISSUES.lists, node, field_errors)


def test_a_whole_answer_has_no_troubles() -> None:
    found = read(issue(comments=page(comment(1))))
    assert (found.troubles, found.thing.unserved) == ({}, ())
    assert [c.full_database_id for c in found.thing.comments.nodes] == [1]


def test_a_null_row_is_dropped_and_its_list_is_not_whole() -> None:
    found = read(issue(comments=page(comment(1), None)), ("comments", "nodes", 1))
    assert (found.troubles, found.thing.unserved) == ({"comments": SAID}, ("comments",))
    assert len(found.thing.comments.nodes) == 1


def test_a_null_without_a_word_is_dropped_too() -> None:
    found = read(issue(comments=page(comment(1), None)))
    assert found.troubles == {"comments": partial_threads.UNEXPLAINED}
    assert found.thing.unserved == ("comments",)


def test_a_field_error_in_a_row_leaves_the_list_whole() -> None:
    found = read(issue(comments=page(comment(1, author=None))), ("comments", "nodes", 0, "author"))
    assert (found.troubles, found.thing.unserved) == ({"comments": SAID}, ())
    assert found.thing.comments.nodes[0].unserved == ("author",)


def test_a_list_that_is_null_is_missing() -> None:
    found = read(issue(labels=None), ("labels",))
    assert (found.troubles, found.thing.unserved, found.thing.labels) == ({"labels": SAID}, ("labels",), None)


def test_an_odd_row_is_dropped_and_an_odd_field_left_out() -> None:
    found = read(issue(title=5, comments=page(comment(1), comment(2, fullDatabaseId="many"))))
    assert found.thing.title is None
    assert len(found.thing.comments.nodes) == 1
    assert set(found.troubles) == {"title", "comments"}


@pytest.mark.parametrize("change", [{"nodes": None}, {"totalCount": None}, {"pageInfo": None}, {"totalCount": -1}])
def test_a_list_that_is_none_costs_the_thread_nothing_else(change: dict[str, Any]) -> None:
    found = read(issue(comments=page(comment(1)) | change))
    assert (set(found.troubles), found.thing.unserved) == ({"comments"}, ("comments",))
    assert found.thing.comments is None
    assert found.thing.title == "T"


@pytest.mark.parametrize("field", ["author", "body", "createdAt"])
def test_an_odd_field_of_a_row_costs_no_row(field: str) -> None:
    found = read(issue(comments=page(comment(1, **{field: 5}))))
    assert set(found.troubles) == {"comments"}
    assert found.thing.unserved == ()
    assert found.thing.comments.nodes[0].unserved == (field,)


@pytest.mark.parametrize("value", [None, "10889-01-01T00:00:00Z"])
def test_what_the_schema_promises_is_noted_where_it_is_missing(value: str | None) -> None:
    found = read(issue(createdAt=value, comments=page(comment(1, updatedAt=value))))
    assert set(found.troubles) == {"createdAt", "comments"}
    assert found.thing.created_at is None


@pytest.mark.parametrize(
    ("event", "missing"),
    [
        ({"__typename": "LabeledEvent", "label": {"name": "bug"}}, None),
        ({"__typename": "LabeledEvent", "label": None}, "label"),
        ({"__typename": "ClosedEvent", "closer": None}, None),
        ({"__typename": "ClosedEvent", "closer": {"__typename": "Newcomer"}}, None),
        ({"__typename": "ClosedEvent", "closer": {"__typename": "Commit", "oid": None}}, "closer.oid"),
        ({"__typename": "ConnectedEvent", "subject": None}, "subject"),
        ({"__typename": "CrossReferencedEvent", "source": {"__typename": "Issue"}, "willCloseTarget": False}, None),
        ({"__typename": "CrossReferencedEvent", "source": {"__typename": "Issue"}}, "willCloseTarget"),
    ],
)
def test_what_the_schema_promises_of_an_event_depends_on_its_type(event: dict[str, Any], missing: str | None) -> None:
    found = read(issue(timelineItems=page({"id": "E_1", "createdAt": "2025-01-01T00:00:00Z", **event})))
    said = f"GitHub serves no usable {missing}"
    assert found.troubles == ({"timelineItems": said} if missing else {})
    assert len(found.thing.timeline_items.nodes) == 1


def test_without_a_number_there_is_no_thread() -> None:
    with pytest.raises(OddAnswer):
        read(issue(number=None))


def test_a_number_that_is_null_is_taken_from_the_node_id() -> None:
    found = read(issue(id="I_kgDOABPHjQ", fullDatabaseId=None))
    assert found.thing.full_database_id == 1296269
