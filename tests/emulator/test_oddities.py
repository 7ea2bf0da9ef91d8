"""A world with policies against tokens, field errors, objects that GitHub cannot show, and what it shows oddly."""

from typing import Any

import pytest

from collector.emulator.git import Signature
from collector.emulator.repository import Repository
from collector.emulator.times import later
from collector.emulator.world import World
from collector.github import node_ids, queries
from tests.emulator.client import Client

ORDER = {"field": "CREATED_AT", "direction": "ASC"}


def a_repository(world: World, name: str = "acme/engine") -> Repository:
    repo = world.repository(name, "2025-01-01")
    repo.commit("Begin", world.user("ada"), "2025-01-02")
    repo.push(by=world.user("ada"), at="2025-01-02")
    return repo


def states(client: Client, *names: str) -> dict[str, Any]:
    owners = {f"owner{i}": n.split("/")[0] for i, n in enumerate(names)}
    variables = owners | {f"name{i}": n.split("/")[1] for i, n in enumerate(names)}
    answer: dict[str, Any] = client.post(queries.repository_states(0, len(names)), **variables).json()
    return answer


def issues(client: Client, repo: Repository) -> dict[str, Any]:
    text = queries.load("Issues")
    answer: dict[str, Any] = client.post(text, repository=repo.node_id, first=10, order=ORDER).json()
    return answer


def history(client: Client, repo: Repository) -> dict[str, Any]:
    text = queries.load("CommitHistory")
    answer: dict[str, Any] = client.post(text, repository=repo.node_id, oid=repo.tip(), first=10).json()
    return answer


def commits(answer: dict[str, Any]) -> list[Any]:
    found: list[Any] = answer["data"]["node"]["object"]["history"]["nodes"]
    return found


@pytest.mark.parametrize(
    ("kind", "days", "said"),
    [
        ("lifetime", None, "fine-grained personal access tokens if the token's lifetime is greater than 366 days"),
        ("classic", 90, "personal access token (classic) if the token's lifetime is greater than 90 days"),
        ("classic", None, "`acme` forbids access via a personal access token (classic)."),
        ("saml", None, "SAML enforcement"),
        ("ip", None, "IP allow list"),
        ("resource", None, "Resource not accessible by personal access token"),
    ],
)
def test_an_owner_refuses_tokens_for_a_while(client: Client, kind: str, days: int | None, said: str) -> None:
    repo, other = a_repository(client.world), a_repository(client.world, "other/tool")
    client.world.odd.policy("Acme", kind, at="2026-01-02", until="2026-01-03", days=days)
    assert "errors" not in states(client, "acme/engine", "other/tool")
    client.world.move(days=1)
    answer = states(client, "acme/engine", "other/tool")
    assert answer["data"]["n0"] is None
    assert answer["data"]["n1"]["databaseId"] == other.id
    (error,) = answer["errors"]
    assert (error["type"], error["path"]) == ("FORBIDDEN", ["n0"])
    assert error["extensions"] == {"saml_failure": kind == "saml"}
    assert said in error["message"]
    assert issues(client, repo)["errors"][0]["path"] == ["node"]
    rest = client.get("/repos/acme/engine/activity")
    assert (rest.status_code, "x-github-sso" in rest.headers) == (403, kind == "saml")
    assert said in rest.json()["message"]
    assert client.get("/repos/other/tool/activity").is_success
    client.world.move(days=1)
    assert "errors" not in states(client, "acme/engine")


def test_all_owners_may_refuse_one_viewer(client: Client) -> None:
    a_repository(client.world)
    client.world.odd.policy(viewer=client.world.user("somebody"))
    assert "errors" not in states(client, "acme/engine")
    client.world.odd.policy()
    assert states(client, "acme/engine")["errors"]
    assert client.post(queries.load("OwnedRepositories"), login="acme", since="2025-01-01", first=5).json()["errors"]
    client.world.odd.active = False
    assert "errors" not in states(client, "acme/engine")


def test_a_policy_may_let_the_repository_answer_and_refuse_its_threads(client: Client) -> None:
    repo = a_repository(client.world)
    issue = repo.issue()
    client.world.odd.policy("acme", "saml", deep=True)
    glance = client.post(queries.repository_glances(1), owner0="acme", name0="engine", since="2025-01-01").json()
    assert [e["path"] for e in glance["errors"]] == [["n0", "pullRequests"]]
    assert commits(history(client, repo))
    assert issues(client, repo)["errors"][0]["path"] == ["node", "issues"]
    by_id = client.post(queries.load("IssuesById"), ids=[issue.node_id]).json()
    assert (by_id["data"]["nodes"], by_id["errors"][0]["type"]) == ([None], "FORBIDDEN")
    assert client.get("/repos/acme/engine/activity").is_success
    assert client.get("/repos/acme/engine/issues/1").status_code == 403


def test_an_event_is_hidden_deep_in_a_timeline(client: Client) -> None:
    repo, secret = a_repository(client.world), a_repository(client.world, "secret/plan")
    issue = repo.issue()
    issue.label("one")
    client.world.odd.hides(issue.label("two").events[-1])
    issue.refer(secret.pull_request("Work on it"))
    client.world.odd.policy("secret", "saml")
    answer = issues(client, repo)
    events = answer["data"]["node"]["issues"]["nodes"][0]["timelineItems"]["nodes"]
    assert [e and e["__typename"] for e in events] == ["LabeledEvent", None, None]
    path = ["node", "issues", "nodes", 0, "timelineItems", "nodes"]
    assert [e["path"] for e in answer["errors"]] == [[*path, 1], [*path, 2]]
    assert {(e["type"], e["extensions"]["saml_failure"]) for e in answer["errors"]} == {("FORBIDDEN", True)}


def test_any_item_of_a_list_may_be_a_null_alone(client: Client) -> None:
    repo = a_repository(client.world)
    issue = repo.issue()
    client.world.odd.hides(issue.comment(None), message=None)
    push = repo.pushes[-1]
    client.world.odd.hides(push, message=None)
    answer = issues(client, repo)
    assert answer["data"]["node"]["issues"]["nodes"][0]["comments"]["nodes"] == [None]
    assert "errors" not in answer
    assert client.get("/repos/acme/engine/activity").json() == [None]
    client.world.odd.hides(client.world.git.commits[repo.tip() or ""], message="Broken.", kind=None)
    broken = history(client, repo)
    assert (broken["data"]["node"]["object"], broken["errors"][0]["message"]) == (None, "Broken.")


def test_an_item_may_be_missing_from_its_list(client: Client) -> None:
    repo = a_repository(client.world)
    gone, short, kept = (repo.issue(t) for t in ("gone", "short", "kept"))
    client.world.odd.omits(gone, until="2026-01-02")
    client.world.odd.omits(short, counted=True)
    client.world.odd.omits(repo.pushes[0])

    def listed() -> tuple[list[str], int]:
        found = issues(client, repo)["data"]["node"]["issues"]
        return [n["title"] for n in found["nodes"]], found["totalCount"]

    assert listed() == (["kept"], 2)
    by_id = client.ask("IssuesById", ids=[gone.node_id, short.node_id, kept.node_id])["nodes"]
    assert [n["title"] for n in by_id] == ["gone", "short", "kept"]
    assert client.get("/repos/acme/engine/activity").json() == []
    client.world.move(days=1)
    assert listed() == (["gone", "kept"], 3)


def test_files_beyond_what_is_listed(client: Client) -> None:
    repo = a_repository(client.world)
    pull = repo.pull_request(files={f"f{n:05}": (1, 0) for n in range(3010)})
    ids = [pull.node_id]
    found = client.ask("PullRequestDiffs", ids=ids, sizes=ids, own=[])
    pages = 1
    page = found["diffs"][0]["files"]["pageInfo"]
    while page["hasNextPage"]:
        page = client.ask("MoreFiles", id=pull.node_id, first=100, after=page["endCursor"])["node"]["page"]["pageInfo"]
        pages += 1
    assert (found["sizes"][0]["changedFiles"], pages) == (3010, 30)


def test_a_commit_whose_lines_cannot_be_counted(client: Client) -> None:
    repo = a_repository(client.world)
    odd = repo.commit("Generated", at="2025-01-03", lines=10_000_000)
    repo.commit("After", at="2025-01-04")
    repo.push(at="2025-01-04")
    client.world.odd.uncountable(odd)
    assert [c["messageHeadline"] for c in commits(history(client, repo))] == ["After", "Generated", "Begin"]
    text = queries.commit_details(2, 0)
    answer = client.post(text, repository=repo.node_id, lines0=odd.oid, lines1=repo.tip()).json()
    shown = answer["data"]["node"]
    assert (shown["lines0"], shown["lines1"]["additions"]) == (None, 20)
    error = answer["errors"][0]
    assert (error["type"], error["path"][-1]) == ("SERVICE_UNAVAILABLE", "additions")
    assert error["message"] == "The additions count for this commit is unavailable."
    assert client.ask("Parents", repository=repo.node_id, oid=odd.oid)["node"]["object"]["parents"]["totalCount"] == 1


def test_a_poisoned_object_is_never_answered(client: Client) -> None:
    repo = a_repository(client.world)
    pull, quiet = repo.pull_request("Vendor everything"), repo.pull_request()
    client.world.odd.poison(pull, "files", "additions")
    text = queries.load("PullRequestDiffs")
    asked: dict[str, list[str]] = {"sizes": [], "own": []}
    assert client.post(text, ids=[quiet.node_id], **asked).json()["data"]["diffs"][0]["id"] == quiet.node_id
    answers = [client.post(text, ids=[pull.node_id], **asked) for _ in range(3)]
    assert [a.status_code for a in answers] == [502, 504, 200]
    assert answers[2].json()["data"] is None
    assert "may be the result of a timeout" in answers[2].json()["errors"][0]["message"]
    assert client.server.timeouts == 3
    comments = client.post(queries.load("MoreReviews"), id=pull.node_id, first=100, after=None)
    assert comments.status_code == 200
    client.world.odd.poison(pull)
    assert client.post(queries.load("MoreReviews"), id=pull.node_id, first=100, after=None).status_code == 502
    assert client.get(f"/repos/acme/engine/issues/{pull.number}").status_code == 504


def test_a_field_of_one_object_fails_or_is_said_otherwise(client: Client) -> None:
    repo = a_repository(client.world)
    for n in range(3):
        repo.issue(f"{n}")
    one, two, three = repo.threads.values()
    odd = client.world.odd
    odd.fails(one, "labels", message="Labels are unavailable.")
    odd.fails(two, "comments")
    odd.says(three, title=None, state="ARCHIVED", createdAt="not a date", timelineItems=None)
    odd.says(three, at="2027-01-01", number=None)
    answer = issues(client, repo)
    first, second, third = answer["data"]["node"]["issues"]["nodes"]
    assert (first["title"], first["labels"], second) == ("0", None, None)
    shown = third["title"], third["state"], third["createdAt"], third["timelineItems"], third["number"]
    assert shown == (None, "ARCHIVED", "not a date", None, 3)
    assert len(answer["errors"]) == 2


def test_pull_requests_of_forks_are_named_for_commits(client: Client) -> None:
    world = client.world
    repo = a_repository(world)
    ours = repo.pull_request("Ours", at="2025-02-01")
    merged = ours.merge(world.user("ada"), "2025-02-02")
    fork = world.fork(repo, "bob/engine", "2025-02-03")
    pushed = repo.commit("Pushed", at="2025-03-01")
    repo.push(at="2025-03-01")
    fork.push(pushed, branch="upstream", at="2025-03-02")
    theirs = fork.pull_request("Sync", at="2025-03-02", head="upstream")
    theirs.merge(world.user("bob"), "2025-03-03")
    answer = client.ask_own("Associated", repository=repo.node_id, one=pushed.oid, two=merged.oid)
    named = {
        key: [
            (n["number"], n["baseRepository"]) for n in answer["data"]["node"][key]["associatedPullRequests"]["nodes"]
        ]
        for key in ("one", "two")
    }
    assert named["one"] == [(theirs.number, {"databaseId": fork.id, "nameWithOwner": "bob/engine"})]
    assert named["two"] == [(ours.number, {"databaseId": repo.id, "nameWithOwner": "acme/engine"})]
    assert theirs.number == ours.number


def test_a_pull_request_is_named_hours_after_its_merge(client: Client) -> None:
    repo = a_repository(client.world)
    pull = repo.pull_request(at="2025-12-30")
    merged = pull.merge(client.world.user("ada"), later(client.world.now, hours=-1))

    def named(lag: float, default: float = 0) -> list[int]:
        client.world.odd.association_lag = default
        client.world.odd.lag(pull, lag)
        answer = client.ask_own("Associated", repository=repo.node_id, one=merged.oid, two=merged.oid)
        return [n["number"] for n in answer["data"]["node"]["one"]["associatedPullRequests"]["nodes"]]

    assert named(2) == []
    assert named(0, default=2) == [pull.number]
    client.world.move(hours=1)
    assert named(2) == [pull.number]


def test_tags_of_all_kinds(client: Client) -> None:
    repo = a_repository(client.world)
    plain = repo.tag("plain", annotated=True, at="2025-02-01")
    repo.tag("deep", annotated=True, nested=2, at="2025-02-02")
    repo.tag("key", annotated=True, kind="Blob", at="2025-02-03")
    repo.tag("tree", kind="Tree", at="2025-02-04")
    repo.release("plain", at="2025-02-05")
    client.world.odd.says(plain, date="10889-06-01T00:00:00+518:00")
    client.world.odd.says(repo.tags["deep"], tagger=None)

    def tag(name: str) -> dict[str, Any]:
        answer = client.ask_own("Tag", owner="acme", name="engine", tag="plain", ref=f"refs/tags/{name}")
        found: dict[str, Any] = answer["data"]["repository"]["ref"]["target"]
        return found

    assert tag("plain")["tagger"]["date"].startswith("10889")
    assert tag("plain")["target"]["oid"] == repo.tip()
    deep = tag("deep")
    assert deep["tagger"] is None
    assert deep["target"]["__typename"] == deep["target"]["target"]["__typename"] == "Tag"
    assert deep["target"]["target"]["target"]["oid"] == repo.tip()
    assert len({deep["oid"], deep["target"]["oid"], deep["target"]["target"]["oid"]}) == 3
    assert tag("key")["target"]["__typename"] == "Blob"
    assert tag("tree")["__typename"] == "Tree"
    listed = client.ask("Tags", repository=repo.node_id, first=10)["node"]["refs"]["nodes"]
    assert {t["name"] for t in listed} == {"plain", "deep", "key", "tree"}


def test_releases_and_refs_by_name(client: Client) -> None:
    repo = a_repository(client.world)
    release = repo.release("v1", at="2025-02-05")

    def ask(ref: str, tag: str = "v1") -> dict[str, Any]:
        answer = client.ask_own("Tag", owner="acme", name="engine", tag=tag, ref=ref)["data"]["repository"]
        return {"release": answer["release"], "ref": answer["ref"] and answer["ref"]["name"]}

    assert ask("refs/tags/v1")["ref"] == ask("v1")["ref"] == "v1"
    assert ask("refs/heads/main")["ref"] == ask("main")["ref"] == "main"
    assert ask("refs/tags/main") == {"release": ask("v1")["release"], "ref": None}
    assert ask("v1")["release"]["databaseId"] == release.id
    assert ask("v1", tag="v2")["release"] is None


def test_ids_may_be_told_by_the_node_id_alone(client: Client) -> None:
    repo = a_repository(client.world)
    release = repo.release("v1", at="2025-02-05")
    client.world.odd.says(repo, databaseId=None)
    client.world.odd.says(release, databaseId=None)
    found = client.ask_own("Tag", owner="acme", name="engine", tag="v1", ref="main")["data"]["repository"]
    assert found["databaseId"] is found["release"]["databaseId"] is None
    assert found["release"]["id"].startswith("RE_")
    assert (node_ids.number(found["id"]), node_ids.number(found["release"]["id"])) == (repo.id, release.id)


def test_what_is_said_of_a_thread_has_ids(client: Client) -> None:
    repo = a_repository(client.world)
    issue, pull = repo.issue(), repo.pull_request()
    comment, review = issue.comment(None), pull.review(None)
    answer = client.ask_own("Comments", issue=issue.node_id, pull=pull.node_id)["data"]
    assert answer["issue"]["comments"]["nodes"][0]["databaseId"] == comment.id
    assert answer["pull"]["reviews"]["nodes"][0]["databaseId"] == review.id


def test_signatures_verified_long_after(client: Client) -> None:
    repo = a_repository(client.world)
    signed = Signature(signer=client.world.user("ada"), verified_at="2024-11-05T16:16:04Z")
    commit = repo.commit("Old", at="2023-08-12", signature=signed)
    repo.push()
    client.world.odd.says(commit, committedDate="+051800-01-01T00:00:00Z")
    newest = commits(history(client, repo))[0]
    assert newest["signature"]["verifiedAt"] == "2024-11-05T16:16:04Z"
    assert newest["committedDate"].startswith("+0518")


def test_an_odd_push_log(client: Client) -> None:
    repo = a_repository(client.world)
    repo.commit()
    odd = repo.push(at="2025-06-01", kind="time_travel")
    assert client.get("/repos/acme/engine/activity").json()[0]["activity_type"] == "time_travel"
    repo.change(activity_from="2025-03-01")
    client.world.odd.says(odd, timestamp="2025-06-01T00:00:00.123+02:00", actor=None)
    (row,) = client.get("/repos/acme/engine/activity").json()
    assert (row["timestamp"], row["actor"]) == ("2025-06-01T00:00:00.123+02:00", None)
    assert row["ref"] == "refs/heads/main"


def test_accounts_with_two_names_and_private_members(client: Client) -> None:
    world = client.world
    robot, carol = world.bot("agent-of-code", rest_login="Agent"), world.user("carol")
    repo = a_repository(world).member(carol, private=True)
    repo.push(by=robot, at="2025-06-01")
    repo.issue("Hm", carol, "2025-06-02")
    repo.issue("Ha", robot, "2025-06-02")
    assert client.get("/repos/acme/engine/activity").json()[0]["actor"]["login"] == "Agent"

    def shown() -> list[tuple[str, str]]:
        nodes = issues(client, repo)["data"]["node"]["issues"]["nodes"]
        return [(n["author"]["login"], n["authorAssociation"]) for n in nodes]

    assert shown() == [("carol", "NONE"), ("agent-of-code", "NONE")]
    repo.member(world.user("collector"))
    assert shown()[0] == ("carol", "MEMBER")


def test_pull_requests_switched_off(client: Client) -> None:
    repo = a_repository(client.world)
    pull = repo.pull_request(at="2025-02-01")
    repo.change("2025-12-01", has_pull_requests=False)
    repo.change("2026-01-02", has_pull_requests=True)

    def shown() -> tuple[int, bool, bool]:
        listed = states(client, "acme/engine")["data"]["n0"]["pullRequests"]["totalCount"]
        by_id = client.post(queries.load("PullRequestsById"), ids=[pull.node_id]).json()["data"]["nodes"][0]
        return listed, by_id is not None, client.get("/repos/acme/engine").json()["has_pull_requests"]

    assert shown() == (0, False, False)
    client.world.move(days=1)
    assert shown() == (1, True, True)
