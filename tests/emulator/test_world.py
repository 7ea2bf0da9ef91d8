"""The world: its clock hides the future, and the graph follows what was pushed and merged."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.emulator.git import Git
from collector.emulator.repository import Repository
from collector.emulator.times import Record, instant, later
from collector.emulator.world import World
from collector.github import queries
from tests.emulator.client import Client

NEWEST = {"field": "UPDATED_AT", "direction": "DESC"}
ERROR = {"NOT_FOUND": "Could not resolve", "DMCA": "blocked"}


def state(client: Client, repo: Repository) -> Any:
    return client.post(queries.repository_states(1, 0), id0=repo.node_id).json()


def test_the_clock_hides_the_future(client: Client, walk: Callable[..., Any]) -> None:
    world = client.world
    ada = world.user("ada")
    repo = world.repository("acme/engine", "2026-01-02")
    repo.commit("First", ada, "2026-01-03")
    repo.push(by=ada, at="2026-01-04")
    issue = repo.issue("Broken", ada, "2026-01-05", body="Old")
    issue.comment(ada, "Yes", "2026-01-06")
    issue.edit("2026-01-07", title="Mended?")
    issue.close(ada, "2026-01-08")
    release = repo.release("v1", ada, "2026-01-09")
    assert "errors" in state(client, repo)
    world.move("2026-01-02")
    assert state(client, repo)["data"]["i0"]["isEmpty"]
    assert state(client, repo)["data"]["i0"]["defaultBranchRef"] is None
    world.move("2026-01-04")
    assert state(client, repo)["data"]["i0"]["defaultBranchRef"]["target"]["oid"] == repo.tip()
    seen = []
    for day in ("2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"):
        world.move(day)
        issues = walk("Issues", "issues", repository=repo.node_id, order=NEWEST)
        seen += [(i["updatedAt"][:10], i["title"], len(i["comments"]["nodes"]), i["state"]) for i in issues]
    assert seen == [
        ("2026-01-05", "Broken", 0, "OPEN"),
        ("2026-01-06", "Broken", 1, "OPEN"),
        ("2026-01-07", "Mended?", 1, "OPEN"),
        ("2026-01-08", "Mended?", 1, "CLOSED"),
    ]
    assert walk("Releases", "releases", repository=repo.node_id) == []
    world.move("2026-01-09")
    release.change("2026-01-10", draft=True)
    release.change("2026-01-11", draft=False)
    counts: list[tuple[str, str]] = []
    for day in ("2026-01-09", "2026-01-10", "2026-01-11"):
        world.move(day)
        found = walk("Releases", "releases", repository=repo.node_id)
        counts += [(r["publishedAt"][:10], r["updatedAt"][:10]) for r in found] or [("none", "")]
    assert counts == [("2026-01-09", "2026-01-09"), ("none", ""), ("2026-01-11", "2026-01-11")]


@pytest.mark.parametrize(("change", "kind"), [("deleted", "NOT_FOUND"), ("private", "NOT_FOUND"), ("blocked", "DMCA")])
def test_a_repository_that_is_out_of_sight(client: Client, change: str, kind: str) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    issue = repo.issue()
    repo.change("2026-02-01", **{change: True})
    assert "errors" not in state(client, repo)
    client.world.move("2026-02-01")
    text = queries.repository_states(1, 1)
    answer = client.post(text, id0=repo.node_id, owner0="acme", name0="engine").json()
    assert (answer["data"]["i0"], answer["data"]["n0"]) == (None, None)
    assert [(e["type"], e["path"]) for e in answer["errors"]] == [(kind, ["i0"]), (kind, ["n0"])]
    assert all(ERROR[kind] in e["message"] for e in answer["errors"])
    gone = client.post(queries.load("IssuesById"), ids=[issue.node_id]).json()
    assert gone["data"]["nodes"] == [None]
    assert [(e["type"], e["path"]) for e in gone["errors"]] == [(kind, ["nodes", 0])]


def test_states_and_names_change_with_time(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    repo.change("2026-01-02", archived=True).change("2026-01-03", name="acme/motor", disabled=True, has_issues=False)
    repo.issue()
    named = queries.repository_states(0, 1)
    assert not state(client, repo)["data"]["i0"]["isArchived"]
    client.world.move("2026-01-03")
    now = state(client, repo)["data"]["i0"]
    assert (now["isArchived"], now["isDisabled"], now["nameWithOwner"]) == (True, True, "acme/motor")
    assert now["issues"]["totalCount"] == 0
    assert client.post(named, owner0="acme", name0="engine").json()["data"]["n0"]["nameWithOwner"] == "acme/motor"
    other = client.world.repository("acme/engine")
    assert client.post(named, owner0="acme", name0="engine").json()["data"]["n0"]["databaseId"] == other.id
    with pytest.raises(TypeError, match="unknown attribute 'archive'"):
        repo.change(archive=True)


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_each_way_of_merging(world: World, method: str) -> None:
    ada, bob = world.user("ada"), world.user("bob")
    repo = world.repository("acme/engine")
    base = repo.commit("First", ada)
    repo.push(by=ada)
    pull = repo.pull_request("Mend", ada, commits=3, files={"a": (3, 0), "b": (2, 0), "c": (1, 1)})
    own = [c.oid for c in pull.get("commits", world.now)]
    result = pull.merge(bob, method=method)
    landed = world.git.reachable([result.oid], [base.oid])
    assert repo.head(world.now) == result.oid
    assert {"merge": set(own) <= landed, "squash": len(landed) == 1, "rebase": len(landed) == 3}[method]
    assert (result.signature is not None and result.signature.by_github) == (method != "rebase")
    assert all(world.pulls_of(repo, oid) == [pull] for oid in [*landed, *own])
    assert world.pulls_of(repo, base.oid) == []
    last = repo.pushes[-1]
    assert (last.kind, last.before, last.after, last.actor) == ("pr_merge", base.oid, result.oid, bob)


def test_a_promotion_names_both_pull_requests(world: World) -> None:
    ada = world.user("ada")
    repo = world.repository("acme/engine")
    repo.commit("First", ada)
    repo.push(by=ada)
    repo.push(world.git.commits[repo.tip() or ""], branch="dev", by=ada)
    small = repo.pull_request("Small", ada, base="dev")
    commit = small.merge(ada)
    promotion = repo.pull_request("Promote", ada, head="dev")
    assert commit in promotion.get("commits", world.now)
    promotion.merge(ada)
    assert world.pulls_of(repo, commit.oid) == [small, promotion]
    assert commit.oid in world.git.history(repo.head(world.now) or "")


def test_kinds_of_pushes_follow_from_the_graph(world: World) -> None:
    repo = world.repository("acme/engine")
    first = repo.commit("First")
    repo.push()
    repo.commit("Second")
    repo.push()
    rewritten = repo.commit("Second, again", parents=[first])
    repo.push()
    repo.push(branch="old", to=first)
    repo.delete_branch("old")
    kinds = ["branch_creation", "push", "force_push", "branch_creation", "branch_deletion"]
    assert [p.kind for p in repo.pushes] == kinds
    assert repo.head(world.now) == rewritten.oid
    assert repo.head(world.now, "old") is None


def test_a_commit_dropped_by_a_force_push_is_still_there_by_oid(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    first = repo.commit("First")
    dropped = repo.commit("Dropped")
    repo.push()
    repo.commit("Kept", parents=[first], at="2026-01-02")
    repo.push(at="2026-01-02")
    client.world.move("2026-01-02")
    data = client.ask("CommitHistory", repository=repo.node_id, oid=dropped.oid, first=5)
    assert data["node"]["object"]["history"]["nodes"][0]["oid"] == dropped.oid
    unpushed = repo.commit("Local")
    assert client.ask("CommitHistory", repository=repo.node_id, oid=unpushed.oid, first=5)["node"]["object"] is None


def test_a_commit_is_there_from_its_first_push_on(client: Client) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    commit = repo.commit("First")
    repo.push(at="2026-01-05")
    repo.push(commit, branch="early", at="2025-12-31")
    data = client.ask("CommitHistory", repository=repo.node_id, oid=commit.oid, first=5)
    assert data["node"]["object"]["__typename"] == "Commit"


def test_a_transferred_issue_keeps_its_past(client: Client, walk: Callable[..., Any]) -> None:
    ada = client.world.user("ada")
    here, there = (client.world.repository(f"acme/{n}", "2025-01-01") for n in ("here", "there"))
    issue = here.issue("Moved", ada, "2025-02-01", body="Text", labels=["bug"])
    issue.comment(ada, "Kept", "2025-02-02")
    here.transfer(issue, there, ada, "2025-03-01")
    assert walk("Issues", "issues", repository=here.node_id, order=NEWEST) == []
    (found,) = walk("Issues", "issues", repository=there.node_id, order=NEWEST)
    assert (found["title"], found["createdAt"], found["updatedAt"]) == (
        "Moved", "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z",
    )  # fmt: skip
    assert [c["body"] for c in found["comments"]["nodes"]] == ["Kept"]
    assert found["timelineItems"]["nodes"][-1]["__typename"] == "TransferredEvent"


def test_deletions_leave_what_github_leaves(client: Client) -> None:
    ada, ghost = client.world.user("ada"), client.world.user("gone")
    repo = client.world.repository("acme/engine", "2025-01-01")
    issue = repo.issue("Silent edit", ghost, "2025-02-01")
    comment = issue.comment(ada, "Rude", "2025-02-02")
    issue.delete_comment(comment, ada, "2025-02-03")
    issue.edit("2025-02-04", silent=True, title="Edited")
    client.world.delete_account(ghost, "2025-03-01")
    (found,) = client.ask("IssuesById", ids=[issue.node_id])["nodes"]
    assert found["author"] is None
    assert found["comments"]["nodes"] == []
    assert found["timelineItems"]["nodes"][0]["__typename"] == "CommentDeletedEvent"
    assert (found["title"], found["updatedAt"]) == ("Edited", "2025-02-03T00:00:00Z")


def test_tags_move_and_vanish(client: Client, walk: Callable[..., Any]) -> None:
    repo = client.world.repository("acme/engine", "2025-01-01")
    first, second = repo.commit("First", at="2025-01-02"), repo.commit("Second", at="2025-01-03")
    repo.push()
    repo.tag("v1", first)
    repo.tag("v1", second, "2026-01-02")
    repo.tags["v1"].put(instant("2026-01-03"), deleted=True)
    seen = []
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        client.world.move(day)
        seen.append([t["target"]["oid"] for t in walk("Tags", "refs", repository=repo.node_id)])
    assert seen == [[first.oid], [second.oid], []]


def test_associations(world: World, client: Client) -> None:
    ada, bob, eve = (world.user(n) for n in ("ada", "bob", "eve"))
    repo = world.repository("acme/engine", "2025-01-01").member(ada, association="OWNER")
    repo.commit("First", ada)
    repo.push()
    repo.pull_request("Mend", bob, fork=True).merge(ada)
    issues = [repo.issue("?", who) for who in (ada, bob, eve)]
    answers = client.ask("IssuesById", ids=[i.node_id for i in issues])["nodes"]
    assert [a["authorAssociation"] for a in answers] == ["OWNER", "CONTRIBUTOR", "NONE"]


def test_the_same_calls_give_the_same_ids() -> None:
    def build() -> tuple[str, str, int]:
        world = World()
        repo = world.repository("acme/engine")
        commit = repo.commit("First", world.user("ada"))
        repo.push()
        return commit.oid, repo.issue().node_id, repo.release("v1").id

    assert build() == build()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=30))
def test_history_holds_every_commit_once_and_children_first(shape: list[tuple[int, int]]) -> None:
    git = Git()
    made = [
        git.add("0", parents=(), author=None, authored_at=instant("2025-01-01"), committed_at=instant("2025-01-01"))
    ]
    for n, (hours, back) in enumerate(shape, 1):
        parents = dict.fromkeys([made[-1].oid, made[max(0, len(made) - 1 - back)].oid])
        when = later("2025-01-01", hours=hours)
        made.append(git.add(str(n), parents=tuple(parents), author=None, authored_at=when, committed_at=when))
    order = git.history(made[-1].oid)
    assert sorted(order) == sorted(c.oid for c in made)
    place = {oid: n for n, oid in enumerate(order)}
    assert all(place[c.oid] < place[p] for c in made for p in c.parents)


@given(st.dictionaries(st.integers(1, 40), st.integers(), max_size=8), st.integers(0, 50))
def test_a_record_answers_with_the_last_value_set_by_then(changes: dict[int, int], asked: int) -> None:
    record = Record(instant("2025-01-01"), value=-1)
    for day, value in changes.items():
        record.put(later("2025-01-01", days=day), value=value)
    expected = next((changes[d] for d in sorted(changes, reverse=True) if d <= asked), -1)
    assert record.get("value", later("2025-01-01", days=asked)) == expected


def test_discussions(client: Client, walk: Callable[..., Any]) -> None:
    world = client.world
    ada, bob = world.user("ada"), world.user("bob")
    repo = world.repository("acme/engine", "2026-01-02", has_discussions=True)
    asked = repo.discussion("How?", bob, "2026-01-03")
    said = asked.comment(ada, "Thus", "2026-01-04")
    reply = asked.comment(bob, "Thanks", "2026-01-05", reply_to=said)
    asked.choose(said, bob, "2026-01-06").close(ada, "2026-01-07")
    asked.delete_comment(said, ada, "2026-01-08")
    issue = repo.issue("Broken?", bob, "2026-01-03")
    issue.comment(ada, "No defect", "2026-01-04")
    there = repo.convert(issue, ada, "2026-01-09")

    def listed(at: str) -> list[dict[str, Any]]:
        world.move(at)
        return list(walk("Discussions", "discussions", repository=repo.node_id, order=NEWEST))

    (one,) = listed("2026-01-05")
    assert (one["number"], one["answer"], len(one["comments"]["nodes"])) == (1, None, 1)
    (one,) = listed("2026-01-07")
    assert (one["answer"]["id"], one["answerChosenBy"]["login"]) == (said.node_id, "bob")
    assert (one["stateReason"], one["closedAt"], one["updatedAt"]) == ("RESOLVED", *["2026-01-07T00:00:00Z"] * 2)
    (one,) = listed("2026-01-08")
    (left,) = one["comments"]["nodes"]
    assert (left["body"], left["author"], left["deletedAt"]) == ("", None, "2026-01-08T00:00:00Z")
    replies = client.post(queries.load("Replies"), ids=[said.node_id]).json()["data"]["nodes"][0]["replies"]
    assert [r["id"] for r in replies["nodes"]] == [reply.node_id]
    new, _ = listed("2026-01-09")
    assert (new["number"], new["createdAt"], new["title"]) == (there.number, issue.created_at, "Broken?")
    assert [c["body"] for c in new["comments"]["nodes"]] == ["No defect"]
    repo.change("2026-01-10", has_discussions=False)
    assert listed("2026-01-10") == []
