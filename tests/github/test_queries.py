"""Every GraphQL document is valid, and cheap enough to be asked."""

import re
from inspect import signature

import pytest
from graphql import GraphQLObjectType, parse, validate
from pydantic.alias_generators import to_camel

from collector.github import commit_models, models, queries, reduced_queries, thread_models
from collector.github.price import NODE_LIMIT, price
from collector.github.query_parsing import schema

LISTS = ("Issues", "PullRequests", "Discussions", *(name for name in queries.names() if name.startswith("More")))
FRAGMENTS = {
    "Issues": "IssueFields",
    "IssuesById": "IssueFields",
    "PullRequests": "PullRequestFields",
    "PullRequestsById": "PullRequestFields",
    "PullRequestDiffs": "PullRequestDiff",
    "Discussions": "DiscussionFields",
    "DiscussionsById": "DiscussionFields",
}
TEXTS = {name: queries.load(name) for name in queries.names()}
TEXTS |= {f"states {i}+{n}": queries.repository_states(i, n) for i, n in ((1, 0), (0, 1), (2, 3), (50, 0), (0, 50))}
TEXTS |= {f"glances {n}": queries.repository_glances(n) for n in (1, 50)}
TEXTS |= {f"access {n}": queries.access(n) for n in (1, 20)}
TEXTS |= {f"histories {n}": queries.commit_histories(n) for n in (1, 10)}
TEXTS |= {f"tagged {n}": queries.tag_histories(n) for n in (1, 10)}
TEXTS |= {f"details {i}+{n}": queries.commit_details(i, n) for i, n in ((1, 0), (0, 1), (50, 50), (100, 0), (0, 100))}
TEXTS |= {f"commit {part}": queries.commit_by_oid(part) for part in queries.COMMIT_PARTS}
TEXTS |= {f"releases by name {n}": queries.releases_by_name(n) for n in (1, 50)}
TEXTS |= {f"tags by name {n}": queries.tags_by_name(n) for n in (1, 50)}

TEXTS |= {f"{name}, cursors": reduced_queries.cursors_only(name) for name in LISTS}
TEXTS |= {
    f"{name} with {', '.join(fields)}": reduced_queries.of_fields(name, fragment, fields)
    for name, fragment in FRAGMENTS.items()
    for fields in ((), *reduced_queries.groups(name, fragment))
}


@pytest.mark.parametrize("name", TEXTS)
def test_validates_against_the_schema(name: str) -> None:
    assert validate(schema(), parse(TEXTS[name])) == []


@pytest.mark.parametrize("name", TEXTS)
def test_asks_for_its_price_and_has_a_name(name: str) -> None:
    assert re.search(r"rateLimit {\s*cost\s*}", TEXTS[name])
    assert re.search(r"^query \w+", TEXTS[name], re.MULTILINE)


@pytest.mark.parametrize("name", TEXTS)
def test_stays_below_the_limit_of_nodes(name: str) -> None:
    asked = {"first": 100, "ids": ["id"] * 50}
    assert price(TEXTS[name], asked).nodes <= NODE_LIMIT


@pytest.mark.parametrize(
    ("name", "first"), [("CommitHistory", 74), ("histories 10", 6), ("histories 1", 60), ("tagged 10", 10)]
)
def test_pages_of_commits_cost_one_point(name: str, first: int) -> None:
    assert price(TEXTS[name], {"first": first}).points == 1


def test_details_of_a_hundred_commits_cost_one_point() -> None:
    assert [price(queries.commit_details(*n), {}).points for n in ((100, 0), (0, 100), (50, 50))] == [1, 1, 1]


def test_fifty_repositories_cost_few_points() -> None:
    assert price(queries.repository_states(50, 0), {}).points <= 3


def test_each_fragment_is_written_once() -> None:
    for text in TEXTS.values():
        fragments = re.findall(r"fragment (\w+) on", text)
        assert len(fragments) == len(set(fragments))


@pytest.mark.parametrize(
    ("model", "type_name"),
    [
        (thread_models.Issue, "Issue"),
        (thread_models.PullRequest, "PullRequest"),
        (commit_models.Commit, "Commit"),
        (models.Release, "Release"),
        (thread_models.Comment, "IssueComment"),
        (thread_models.Review, "PullRequestReview"),
        (thread_models.ChangedFile, "PullRequestChangedFile"),
        (thread_models.OwnCommit, "Commit"),
        (thread_models.PullRequestDiff, "PullRequest"),
    ],
)
def test_every_field_of_a_model_is_one_of_the_schema(model: type[models.ResponseModel], type_name: str) -> None:
    found = schema().type_map[type_name]
    assert isinstance(found, GraphQLObjectType)
    names = {to_camel(name) for name in signature(model).parameters} - {"typename", "unserved"}
    assert names <= set(found.fields)
