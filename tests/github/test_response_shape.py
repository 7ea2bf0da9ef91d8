"""A response has the fields and lists that its query selects, or it says where it has not."""

from typing import Any

import pytest

from collector.github import queries
from collector.github.response_shape import MOST_ROWS, misfit

RELEASES = queries.load("Releases")
RELEASE = {
    "id": "R_1", "databaseId": 1, "tagName": "v1", "name": None, "isDraft": False, "isPrerelease": False,
    "createdAt": None, "publishedAt": None, "updatedAt": None, "description": None, "author": None, "tagCommit": None,
}  # fmt: skip


def releases(*nodes: Any, **values: Any) -> dict[str, Any]:
    page = {"totalCount": 1, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": list(nodes), **values}
    return {"rateLimit": {"cost": 1}, "node": {"id": "R_kgDOABPHjQ", "releases": page}}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in RELEASE.items() if name != key}


@pytest.mark.parametrize(
    "data",
    [
        releases(),
        releases(RELEASE, None, {**RELEASE, "unknown": 1}),
        {"rateLimit": None, "node": None},
        releases(
            {**RELEASE, "author": {"__typename": "User", "login": "a", "id": "U", "databaseId": 1, "createdAt": None}}
        ),
        releases({**RELEASE, "author": {"__typename": "Newcomer", "login": "a"}}),
        releases(*[RELEASE] * 101),
    ],
)
def test_what_fits(data: Any) -> None:
    assert misfit(RELEASES, {}, data) is None


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ([], "data is not an object"),
        ({"rateLimit": None}, "data lacks node"),
        ({"rateLimit": None, "node": []}, "data.node is not an object"),
        (releases(without("name")), "data.node.releases.nodes[0] lacks name"),
        (releases(RELEASE, 7), "data.node.releases.nodes[1] is not an object"),
        (releases(nodes={}), "data.node.releases.nodes is not a list"),
        (releases(totalCount=[1]), "data.node.releases.totalCount is not a single value"),
        (releases({**RELEASE, "tagCommit": {}}), "data.node.releases.nodes[0].tagCommit lacks oid"),
        (
            releases({**RELEASE, "author": {"__typename": None}}),
            "data.node.releases.nodes[0].author.__typename is not a name",
        ),
        (releases({**RELEASE, "author": {"login": "a"}}), "data.node.releases.nodes[0].author lacks __typename"),
        (
            releases({**RELEASE, "author": {"__typename": "User", "login": "a", "id": "U"}}),
            "data.node.releases.nodes[0].author lacks databaseId",
        ),
        (releases(*[RELEASE] * (MOST_ROWS + 1)), "data.node.releases has 201 rows"),
        ({"rateLimit": None, "node": {}}, "data.node has nothing of what was selected"),
        ({"rateLimit": None, "node": {"": None}}, "data.node has nothing of what was selected"),
    ],
)
def test_what_does_not_fit_is_named(data: Any, where: str) -> None:
    assert misfit(RELEASES, {}, data) == where


def test_what_a_variable_leaves_out_is_not_missed() -> None:
    least = {name: RELEASE[name] for name in ("id", "databaseId", "tagName")}
    assert misfit(RELEASES, {"light": True, "least": True}, releases(least)) is None
    assert misfit(RELEASES, {"light": True}, releases(least)) == "data.node.releases.nodes[0] lacks name"


def test_objects_by_id_are_as_many_as_were_requested() -> None:
    text = queries.load("IssuesById")
    answer = {"rateLimit": None, "nodes": [None]}
    assert misfit(text, {"ids": ["a"]}, answer) is None
    assert misfit(text, {"ids": ["a", "b"]}, answer) == "data.nodes has 1 of 2 objects"
    assert misfit(text, {"ids": ["a"]}, {"rateLimit": None, "nodes": None}) == "data.nodes is not a list"


def test_objects_by_id_are_in_the_order_in_which_they_were_requested() -> None:
    """The replies of one comment are not those of another."""
    page = {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
    nodes = [{"__typename": "DiscussionComment", "id": id, "replies": page} for id in ("DC_kgDNA-8", "DC_kgDNBJI")]
    text, ids = queries.load("Replies"), ["DC_kgDNA-8", "DC_kgDNBJI"]
    assert misfit(text, {"ids": ids}, {"rateLimit": None, "nodes": nodes}) is None
    found = misfit(text, {"ids": ids}, {"rateLimit": None, "nodes": nodes[::-1]})
    assert found == "data.nodes[0] is another object"


def test_different_rows_share_no_id() -> None:
    where = "data.node.releases has two rows with the "
    assert misfit(RELEASES, {}, releases(RELEASE, {**RELEASE, "id": "R_2"})) == f"{where}databaseId 1"
    assert misfit(RELEASES, {}, releases(RELEASE, {**RELEASE, "databaseId": 2})) == f"{where}id R_1"
    assert misfit(RELEASES, {}, releases(RELEASE, {**RELEASE, "id": "R_2", "databaseId": None})) is None


def test_an_object_is_the_one_that_was_requested() -> None:
    """A proxy or a cache may mix up responses. The older format of an id has the same number as the newer one."""
    answer = releases(RELEASE)  # of repository 1296269
    for same in ("R_kgDOABPHjQ", "MDEwOlJlcG9zaXRvcnkxMjk2MjY5", "opaque"):
        assert misfit(RELEASES, {"repository": same}, answer) is None
    assert misfit(RELEASES, {"repository": "R_kgDOABPHjg"}, answer) == "data.node is another object"


@pytest.mark.parametrize("kind", ["User", "Newcomer", "Tag"])
def test_an_object_is_of_a_type_that_can_be_there(kind: str) -> None:
    """GitHub may get new types of accounts, but git no new kinds of objects."""
    author = {"__typename": kind, "login": "a", "id": "U", "databaseId": 1, "createdAt": None}
    where = "data.node.releases.nodes[0].author is no User, but of type Tag" if kind == "Tag" else None
    assert misfit(RELEASES, {}, releases({**RELEASE, "author": author})) == where
    target = {"__typename": kind, "oid": "0" * 40, "tagger": None, "target": None}
    refs = {
        "totalCount": 1,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "nodes": [{"name": "v1", "target": target}],
    }
    found = misfit(queries.load("Tags"), {}, {"rateLimit": None, "node": {"id": "R_1", "refs": refs}})
    assert (found is None) == (kind == "Tag")


def test_an_empty_object_is_no_thread() -> None:
    """It would pass for a thread of another type, that is for one that was deleted."""
    assert (
        misfit(queries.load("MoreComments"), {}, {"rateLimit": None, "node": {}})
        == "data.node has nothing of what was selected"
    )
    assert misfit(queries.load("MoreComments"), {}, {"rateLimit": None, "node": None}) is None


def test_only_the_last_page_may_be_shorter_than_requested() -> None:
    goes_on = {"pageInfo": {"hasNextPage": True, "endCursor": "x"}}
    where = "data.node.releases has 1 of 2 rows, and is not the last page"
    assert misfit(RELEASES, {"first": 2}, releases(RELEASE, **goes_on)) == where
    for page in (releases(RELEASE), releases(RELEASE, RELEASE, **goes_on), releases(**goes_on)):
        assert misfit(RELEASES, {"first": 2}, page) is None
    events = {"totalCount": 9, **goes_on, "nodes": [{"__typename": "Newcomer"}]}
    assert (
        misfit(
            queries.load("MoreIssueEvents"), {"first": 2}, {"rateLimit": None, "node": {"id": "I_1", "page": events}}
        )
        is None
    )


@pytest.mark.parametrize("node_id", ["R_kgDOABPHjQ", "MDEwOlJlcG9zaXRvcnkxMjk2MjY5"])
def test_a_repository_has_the_number_that_its_id_contains(node_id: str) -> None:
    text = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id databaseId } }"
    found = {"repository": {"id": node_id, "databaseId": 1296269}}
    assert misfit(text, {}, found) is None
    found["repository"]["databaseId"] = 1296270
    assert misfit(text, {}, found) == "data.repository has the databaseId of another repository than its id"
    found["repository"]["id"] = "R_unheard-of"
    assert misfit(text, {}, found) is None
