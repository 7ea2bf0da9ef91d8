"""A field error in one listed thing may be kept; a field error in place of a list never."""

import pytest

from collector.github import queries
from collector.github.partial_responses import is_acceptable
from collector.github.responses import FieldError, Path

LIST = queries.load("PullRequests")
BY_ID = queries.load("PullRequestsById")
STATES = queries.repository_states(2, 1)
HISTORIES = queries.commit_histories(2)
SIZES = (
    "query Sizes($id: ID!, $a: GitObjectID!) {"
    "  node(id: $id) { ... on Repository { c0: object(oid: $a) { ... on Commit { additions } } } } }"
)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (LIST, ("node", "pullRequests", "nodes", 3)),
        (LIST, ("node", "pullRequests", "nodes", 3, "timelineItems")),
        (LIST, ("node", "pullRequests", "nodes", 3, "timelineItems", "nodes", 21)),
        (LIST, ("node", "pullRequests", "nodes", 3, "author")),
        (BY_ID, ("nodes", 3)),
        (BY_ID, ("nodes", 3, "files")),
        (SIZES, ("node", "c0")),
        (SIZES, ("node", "c0", "additions")),
    ],
)
def test_a_field_error_inside_of_what_is_listed(text: str, path: Path) -> None:
    assert is_acceptable(text, (FieldError(path, "INTERNAL", "Odd", path),))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (LIST, ("node",)),
        (LIST, ("node", "pullRequests")),
        (LIST, ("node", "pullRequests", "nodes")),
        (LIST, ("node", "pullRequests", "pageInfo")),
        (LIST, ("node", "pullRequests", "totalCount")),
        (LIST, ("node", "pullRequests", "nodes", 3, "comments", "nodes")),
        (LIST, ("node", "pullRequests", "nodes", 3, "comments", "pageInfo")),
        (BY_ID, ("nodes",)),
        (STATES, ("i0",)),
        (STATES, ("i0", "releases")),
        (HISTORIES, ("node", "c1")),
        (HISTORIES, ("node", "c1", "history")),
    ],
)
def test_a_field_error_that_takes_a_list_along(text: str, path: Path) -> None:
    assert not is_acceptable(text, (FieldError(path, "INTERNAL", "Odd", path),))
    fine = FieldError(("nodes", 0, "author"), "FORBIDDEN", "SAML", ("nodes", 0, "author"))
    assert not is_acceptable(text, (fine, FieldError(path, "FORBIDDEN", "SAML", path)))
