"""Prices by GitHub's formula."""

import pytest

from collector.github import queries
from collector.github.price import price

IDS = {"ids": ["id"] * 20}


@pytest.mark.parametrize(
    ("text", "variables", "points", "nodes"),
    [
        ("query { viewer { login } }", {}, 1, 0),
        # GitHub's own example, in fields that the documents use: 1 + 100 + 100 * 50 requests.
        (
            'query { repositoryOwner(login: "x") { repositories(first: 100) { nodes { issues(first: 50) { nodes {'
            " labels(first: 60) { nodes { name } } } } } } } }",
            {},
            51,
            100 + 100 * 50 + 100 * 50 * 60,
        ),
        (queries.load("CommitHistory"), {"first": 50}, 1, 50 + 500 + 250),
        (queries.load("CommitHistory"), {"first": 100}, 2, 100 + 1000 + 500),
        (queries.load("Tags"), {"first": 100}, 1, 100),
        # The same list asked of two types is one list of one object.
        (queries.load("MoreComments"), {"first": 100}, 1, 100),
        # A default is what is asked where nothing is given.
        (
            "query Q($first: Int = 30) { node(id: 1) { ... on Issue { labels(first: $first) { nodes { name } } } } }",
            {},
            1,
            30,
        ),
        (
            "query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Issue { labels(first: 10) { nodes { name } } } } }",
            IDS,
            1,
            220,
        ),
    ],
)
def test_points_and_nodes(text: str, variables: dict[str, object], points: int, nodes: int) -> None:
    found = price(text, variables)
    assert (found.points, found.nodes) == (points, nodes)


def test_what_the_schema_does_not_know_is_no_list() -> None:
    assert price("query { nothing { here(first: 100) { nodes { id } } } }", {}).points == 1


def test_counts_of_a_list_are_requests_too() -> None:
    """A batched question over 50 repositories has five connections each, of which one is only counted."""
    assert price(queries.repository_states(50, 0), {"first": 100}).points == 3
    assert price(queries.repository_states(20, 0), {"first": 20}).points == 1
