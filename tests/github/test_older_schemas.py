"""Documents are asked without what a server lacks."""

from datetime import UTC, datetime, timedelta

import pytest
from graphql import GraphQLSchema, build_schema, graphql_sync, parse, print_schema, validate

from collector.github import older_schemas, queries
from collector.github.failures import SchemaChanged
from collector.github.query_parsing import schema

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = queries.every()


def server(*cuts: str) -> GraphQLSchema:
    """A server whose schema lacks these lines or parts of lines."""
    text = print_schema(schema())
    for cut in cuts:
        assert cut in text
        text = text.replace(cut, "")
    return build_schema(text, assume_valid=True)


def learnt(there: GraphQLSchema) -> frozenset[str]:
    answer = graphql_sync(there, older_schemas.introspection())
    assert answer.errors is None
    assert answer.data is not None
    return frozenset(older_schemas.differences(answer.data))


def test_a_server_of_today_lacks_nothing() -> None:
    # The trimmed schema has only what is asked for, so not the older field.
    assert all(name.endswith(".databaseId") for name in learnt(schema()))
    for text in TEXTS.values():
        assert older_schemas.fit(text, frozenset({"Nothing.here"})) is text


@pytest.fixture(scope="module")
def older() -> GraphQLSchema:
    """A server without much of what is optional."""
    return server(
        "  verifiedAt: DateTime\n",
        "  changedFilesIfAvailable: Int\n",
        "  willCloseTarget: Boolean!\n",
        "  CONVERTED_TO_DISCUSSION_EVENT\n",
        " | ConvertedToDiscussionEvent",
        "  licenseInfo: License\n",
        "  rateLimit: RateLimit\n",
    )


@pytest.fixture(scope="module")
def lacks(older: GraphQLSchema) -> frozenset[str]:
    return learnt(older) | {"ConvertedToDiscussionEvent", "Mannequin"}


@pytest.mark.parametrize("name", TEXTS)
def test_a_document_is_valid_without_whatever_is_optional(
    name: str, older: GraphQLSchema, lacks: frozenset[str]
) -> None:
    assert {"GitSignature.verifiedAt", "Repository.licenseInfo", "Query.rateLimit"} <= lacks
    fitted = older_schemas.fit(TEXTS[name], lacks)
    assert validate(older, parse(fitted)) == []
    assert not any(word in fitted for word in ("verifiedAt", "licenseInfo", "rateLimit", "ConvertedTo", "Mannequin"))


def test_the_number_of_a_thread_comes_from_the_older_field() -> None:
    fitted = older_schemas.fit(TEXTS["PullRequests"], frozenset({"PullRequest.fullDatabaseId"}))
    assert "  fullDatabaseId: databaseId\n" in fitted
    assert "  fullDatabaseId\n" in fitted, "reviews and comments still have it"
    lacks = frozenset({"PullRequest.fullDatabaseId", "PullRequest.databaseId"})
    with pytest.raises(SchemaChanged, match=r"no PullRequest\.fullDatabaseId"):
        older_schemas.fit(TEXTS["PullRequests"], lacks)


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("Issues", "Issue.number"),
        ("Issues", "Issue"),
        ("Issues", "Repository.issues(orderBy)"),
        ("Issues", "IssueTimelineItemsItemType.CLOSED_EVENT"),
        ("Issues", "IssueTimelineItemsConnection"),
        ("Issues", "ClosedEvent"),
        ("RepositoryStates", "Repository.nameWithOwner"),
        ("CommitHistory", "Commit.parents"),
    ],
)
def test_what_cannot_be_done_without_is_named(name: str, lacking: str) -> None:
    with pytest.raises(SchemaChanged) as raised:
        older_schemas.fit(TEXTS[name], frozenset({lacking}))
    assert f"no {lacking}," in raised.value.message
    assert raised.value.next_step
    assert older_schemas.fit(TEXTS["Viewer"], frozenset({lacking})) is TEXTS["Viewer"]


def test_what_becomes_unused_is_left_out() -> None:
    text = (
        "query Q($id: ID!, $size: Int) { node(id: $id) { ... on Issue { number ...Closing } } }\n"
        "fragment Closing on Issue { timelineItems(first: 1) { nodes { ... on ClosedEvent { id ...Why } } } }\n"
        "fragment Why on ClosedEvent { stateReason id }\n"
    )
    fitted = older_schemas.fit(text, frozenset({"ClosedEvent.stateReason"}))
    assert "$size" not in fitted
    assert "stateReason" not in fitted
    assert "fragment Why" in fitted
    optional = "query Q($id: ID!) { node(id: $id) { id ... on Repository { primaryLanguage { ...L } } } }\n"
    optional += "fragment L on Language { name }\n"
    assert "Language" not in older_schemas.fit(optional, frozenset({"Repository.primaryLanguage"}))


def test_what_is_optional_is_in_the_schema() -> None:
    types = schema().type_map
    for name in older_schemas.OPTIONAL:
        kind, _, member = name.partition(".")
        assert kind in types, name
        if member:
            assert member in getattr(types[kind], "fields", getattr(types[kind], "values", {})), name
    assert older_schemas.unknown({"Issue.stateReason", "Issue.number"}) == ["why an issue was closed"]


def test_what_was_learnt_holds_for_a_week_and_for_one_server() -> None:
    lacks = {"GitSignature.verifiedAt", "PullRequest.fullDatabaseId", "Issue.number"}
    text = older_schemas.to_remember(lacks, "https://a/graphql", NOW)
    known = lacks - {"Issue.number"}  # what stops a run is looked for again by the next one
    assert older_schemas.remembered(text, "https://a/graphql", NOW + timedelta(days=7)) == known
    assert older_schemas.remembered(text, "https://a/graphql", NOW + timedelta(days=7, seconds=1)) == set()
    assert older_schemas.remembered(text, "https://b/graphql", NOW) == set()
    assert older_schemas.remembered(None, "https://a/graphql", NOW) == set()
