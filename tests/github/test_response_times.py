"""Estimates of answering time, held to what was measured in public."""

import pytest

from collector.github import queries, response_times

# spiceai/spiceai#13762: 50 in 4.9 s, 25 in 2.5 s
PULLS = (
    'query Q($first: Int!) { repository(owner: "a", name: "b") { pullRequests(first: $first) { nodes { number'
    " additions deletions changedFiles commits(first: 25) { nodes { commit { oid } } } } } } }"
)
# wiiiimm/gh-manager-cli#106: 50 in 4.5 s, 30 in 3 s
REPOSITORIES = (
    'query Q($first: Int!) { repositoryOwner(login: "a") { repositories(first: $first) { nodes {'
    " issues { totalCount } pullRequests { totalCount } } } } }"
)


@pytest.mark.parametrize(
    ("text", "rows", "least", "most"),
    [(PULLS, 50, 4.0, 5.5), (PULLS, 25, 2.0, 3.0), (REPOSITORIES, 50, 4.0, 5.5), (REPOSITORIES, 30, 2.5, 3.5)],
)
def test_measured_pages(text: str, rows: int, least: float, most: float) -> None:
    assert least <= response_times.seconds(text, {"first": rows}) <= most


def test_rows_and_what_is_asked_of_each() -> None:
    text = queries.load("Issues")
    one, ten = (response_times.seconds(text, {"first": n}) for n in (1, 10))
    each = (ten - one) / 9
    # The issue itself, and three lists of three.
    assert each == pytest.approx(0.003 + 3 * (0.008 + 3 * 0.0005))
    by_id = response_times.seconds(queries.load("IssuesById"), {"ids": ["id"] * 10})
    assert by_id == pytest.approx(0.02 + 10 * each)


def test_sizes_are_counted_once_for_each_thing() -> None:
    text = 'query { repository(owner: "a", name: "b") { object(oid: "1") { ... on Commit { %s } } } }'
    assert response_times.seconds(text % "oid", {}) == pytest.approx(0.078)
    assert response_times.seconds(text % "additions", {}) == pytest.approx(0.09)
    assert response_times.seconds(text % "deletions additions changedFilesIfAvailable", {}) == pytest.approx(0.09)


def test_counts_lists_and_rest() -> None:
    text = "query { node(id: 1) { ... on Commit { history%s { %s } } } }"
    listed = response_times.seconds(text % ("(first: 10)", "nodes { oid }"), {})
    assert listed == pytest.approx(0.02 + 0.02 + 10 * 0.001)
    counted = response_times.seconds(text % ("", "totalCount"), {})
    assert counted == pytest.approx(0.02 + 0.03 + 0.002 * response_times.HISTORY / 1000)
    assert response_times.rest_seconds(100) == pytest.approx(0.25)
    assert response_times.seconds(queries.load("Tags"), {"first": 100}) < 1


def test_what_is_asked_as_shipped_is_answered_in_time() -> None:
    assert response_times.seconds(queries.repository_states(20, 0), {"first": 20}) < response_times.LIMIT
    assert response_times.seconds(queries.load("Issues"), {"first": 49}) < response_times.LIMIT
    assert response_times.seconds(queries.load("CommitHistory"), {"first": 74}) < response_times.LIMIT
