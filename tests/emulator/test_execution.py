"""Every document of the collector executes against the pretend GitHub."""

from typing import Any

from graphql import parse, validate

from collector.emulator.times import later
from collector.github import queries
from collector.github.price import price
from collector.github.query_parsing import schema
from tests.emulator.client import Client
from tests.emulator.inhabited import inhabited

NEWEST = {"field": "UPDATED_AT", "direction": "DESC"}


def test_every_document_is_valid_in_the_trimmed_schema() -> None:
    texts = [queries.load(name) for name in queries.names()]
    texts += [queries.repository_states(3, 2), queries.commit_histories(3), queries.commit_details(2, 2)]
    for text in texts:
        assert validate(schema(), parse(text)) == []


def test_repository_states_answer_by_id_and_by_name(client: Client) -> None:
    repo, issue, _ = inhabited(client.world)
    text = queries.repository_states(1, 1)
    data = client.post(text, id0=repo.node_id, owner0="ACME", name0="engine").json()["data"]
    assert data["i0"] == data["n0"]
    state = data["i0"]
    assert state["nameWithOwner"] == "Acme/Engine"
    assert state["databaseId"] == repo.id
    assert state["primaryLanguage"] == {"name": "Rust"}
    assert state["licenseInfo"] == {"spdxId": "MIT"}
    assert state["defaultBranchRef"]["target"]["oid"] == repo.tip()
    assert state["pushedAt"] == "2025-01-06T00:00:02Z"
    assert state["issues"] == {"totalCount": 1, "nodes": [{"id": issue.node_id, "updatedAt": "2025-01-06T00:00:01Z"}]}
    assert [t["name"] for t in state["tags"]["nodes"]] == ["v1"]
    assert state["releases"]["nodes"][0]["publishedAt"] == "2025-01-07T00:00:00Z"


def test_an_issue_with_its_comments_labels_and_events(client: Client) -> None:
    repo, issue, pull = inhabited(client.world)
    data = client.ask("Issues", repository=repo.node_id, first=10, order=NEWEST)["node"]["issues"]
    (found,) = data["nodes"]
    assert (found["state"], found["stateReason"], found["closedAt"]) == ("CLOSED", "COMPLETED", "2025-01-06T00:00:01Z")
    assert [n["name"] for n in found["labels"]["nodes"]] == ["bug", "regression"]
    assert found["comments"]["nodes"][0]["author"]["login"] == "ada"
    assert found["comments"]["nodes"][0]["authorAssociation"] == "MEMBER"
    events = {e["__typename"]: e for e in found["timelineItems"]["nodes"]}
    named = {"number": pull.number, "repository": {"nameWithOwner": "Acme/Engine"}}
    assert events["CrossReferencedEvent"]["willCloseTarget"]
    assert events["CrossReferencedEvent"]["source"] == {"__typename": "PullRequest", **named}
    assert events["ClosedEvent"]["closer"] == {"__typename": "PullRequest", **named}
    assert set(events) >= {"LabeledEvent", "ConnectedEvent", "DisconnectedEvent"}
    assert client.ask("IssuesById", ids=[issue.node_id])["nodes"][0]["id"] == issue.node_id


def test_a_pull_request_with_its_files_reviews_and_events(client: Client) -> None:
    repo, _, pull = inhabited(client.world)
    data = client.ask("PullRequests", repository=repo.node_id, first=10, order=NEWEST)["node"]["pullRequests"]
    (found,) = data["nodes"]
    ids = [pull.node_id]
    diff = client.ask("PullRequestDiffs", ids=ids, sizes=ids, own=[])
    sizes = diff["sizes"][0]
    assert (sizes["additions"], sizes["deletions"], sizes["changedFiles"]) == (12, 1, 2)
    assert found["state"] == "MERGED"
    assert found["mergeCommit"]["oid"] == repo.tip()
    assert found["mergedBy"]["login"] == "bob"
    assert [f["path"] for f in diff["diffs"][0]["files"]["nodes"]] == ["a.py", "b.py"]
    assert found["reviews"]["nodes"][0]["state"] == "APPROVED"
    assert found["comments"]["nodes"][0]["author"] == {
        "__typename": "Bot",
        "id": client.world.bot("bump").node_id,
        "login": "bump",
        "databaseId": client.world.bot("bump").id,
        "createdAt": "2015-01-01T00:00:00Z",
    }
    assert [e["__typename"] for e in found["timelineItems"]["nodes"]] == ["HeadRefForcePushedEvent", "ClosedEvent"]
    assert client.ask("PullRequestsById", ids=[pull.node_id])["nodes"][0]["number"] == pull.number


def test_further_pages_of_what_hangs_on_a_thread(client: Client) -> None:
    repo, issue, pull = inhabited(client.world)
    for n in range(150):
        when = later("2025-02-01", minutes=n)
        issue.label(f"label-{n:03}", None, when)
        issue.comment(None, f"{n}", when)
        pull.review(None, "COMMENTED", when)
        pull.ready(None, when)
    big = repo.pull_request("Big", None, "2025-03-01", files={f"f{n:03}": (1, 0) for n in range(150)})
    full = client.ask("IssuesById", ids=[issue.node_id])["nodes"][0]
    wide = client.ask("PullRequestsById", ids=[pull.node_id])["nodes"]
    files = client.ask("PullRequestDiffs", ids=[big.node_id], sizes=[], own=[])["diffs"][0]["files"]
    cases = [
        ("MoreComments", issue, full["comments"], 151),
        ("MoreIssueEvents", issue, full["timelineItems"], 155),
        ("MoreLabels", issue, full["labels"], 152),
        ("MoreReviews", pull, wide[0]["reviews"], 151),
        ("MorePullRequestEvents", pull, wide[0]["timelineItems"], 152),
        ("MoreFiles", big, files, 150),
    ]
    for document, thread, first, total in cases:
        assert first["pageInfo"]["hasNextPage"], document
        seen = len(first["nodes"])
        page = client.ask(document, id=thread.node_id, first=100, after=first["pageInfo"]["endCursor"])["node"]["page"]
        while page["pageInfo"]["hasNextPage"]:
            seen += len(page["nodes"])
            page = client.ask(document, id=thread.node_id, first=100, after=page["pageInfo"]["endCursor"])["node"][
                "page"
            ]
        assert seen + len(page["nodes"]) == total, document


def test_history_signatures_and_the_pull_requests_of_a_commit(client: Client) -> None:
    repo, _, pull = inhabited(client.world)
    data = client.ask("CommitHistory", repository=repo.node_id, oid=repo.tip(), first=10)
    squash, first = data["node"]["object"]["history"]["nodes"]
    assert squash["parents"] == {"totalCount": 1, "nodes": [{"oid": first["oid"]}]}
    assert squash["signature"]["wasSignedByGitHub"]
    assert squash["associatedPullRequests"]["nodes"] == [
        {
            "number": pull.number,
            "baseRefName": "main",
            "mergedAt": "2025-01-06T00:00:00Z",
            "baseRepository": {"id": repo.node_id},
        }
    ]
    assert first["signature"] is None
    assert first["author"]["user"]["login"] == "ada"
    text = queries.commit_histories(2)
    asked = {"repository": repo.node_id, "first": 5, "since": "2025-01-01T00:00:00Z"}
    both = client.post(text, **asked, oid0=first["oid"], oid1="0" * 40).json()["data"]["node"]
    assert [c["oid"] for c in both["c0"]["history"]["nodes"]] == [first["oid"]]
    assert both["c1"] is None


def test_releases_tags_and_the_viewer(client: Client) -> None:
    repo, _, _ = inhabited(client.world)
    repo.release("v2", client.world.bot("shipper"), "2025-02-01")
    releases = client.ask("Releases", repository=repo.node_id, first=10)["node"]["releases"]["nodes"]
    by_tag = {r["tagName"]: r for r in releases}
    assert by_tag["v1"]["createdAt"] == "2025-01-06T00:00:00Z"
    assert by_tag["v1"]["author"]["login"] == "ada"
    assert by_tag["v2"]["author"] is None
    tags = client.ask("Tags", repository=repo.node_id, first=10)["node"]["refs"]["nodes"]
    target = next(t["target"] for t in tags if t["name"] == "v1")
    assert (target["__typename"], target["target"]["oid"]) == ("Tag", repo.tip())
    assert target["tagger"]["date"] == "2025-01-06T00:00:00Z"
    assert client.ask("Viewer")["viewer"]["login"] == "collector"


def test_points_by_the_rule_that_github_documents() -> None:
    page = "{ nodes { __typename } }"
    text = "query($n: Int!) { node(id: 1) { ... on Repository { issues(first: $n) { nodes { %s } } } } }"
    wide = text % f"labels(first: 60) {page}"
    assert price(wide, {"n": 100}).points == 1  # 1 + 100 requests
    assert price(wide, {"n": 100}).nodes == 100 + 100 * 60
    deep = text % f"labels(first: 60) {page} comments(first: 9) {page} timelineItems(first: 9) {page}"
    assert price(deep, {"n": 50}).points == 2  # 1 + 3 * 50 requests
    inner = f"labels(first: 1) {page} comments(first: 1) {page} timelineItems(first: 1) {page}"
    many = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Issue {{ {inner} }} }} }}"
    assert price(many, {"ids": ["x"] * 100}).points == 3


def test_what_github_refuses(client: Client) -> None:
    def errors(text: str, **variables: Any) -> list[tuple[str | None, str]]:
        return [(e.get("type"), e["message"]) for e in client.post(text, **variables).json()["errors"]]

    repo, _, _ = inhabited(client.world)
    inner = f'{{ node(id: "{repo.node_id}") {{ ... on Repository {{ issues%s }} }} }}'
    assert errors(inner % "(first: 101) { totalCount }")[0][0] == "EXCESSIVE_PAGINATION"
    assert errors(inner % " { nodes { id } }")[0][0] == "MISSING_PAGINATION_BOUNDARIES"
    assert "errors" not in client.post(inner % " { totalCount }").json()
    assert errors(inner % '(first: 1, after: "rubbish") { totalCount }')[0][0] == "INVALID_CURSOR_ARGUMENTS"
    assert "nonsense" in errors("{ nonsense }")[0][1]
    assert "Syntax Error" in errors("{ node( ")[0][1]
    lists = [f"x{n}: labels(first: 100) {{ nodes {{ name }} }}" for n in range(50)]
    assert "errors" not in client.post(inner % f"(first: 100) {{ nodes {{ {' '.join(lists[:49])} }} }}").json()
    assert errors(inner % f"(first: 100) {{ nodes {{ {' '.join(lists)} }} }}")[0][0] == "MAX_NODE_LIMIT_EXCEEDED"
