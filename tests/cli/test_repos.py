import json
from pathlib import Path
from typing import Any

import pytest

from collector.config import load
from collector.demo.actions import push
from collector.emulator.server import GitHubEmulator
from tests.command import Collect, tracked


def findings(result: Any) -> dict[tuple[str, str], list[str]]:
    """(repository, kind) -> the proposed edits in words."""
    found = json.loads(result.stdout)["findings"]
    return {(f["repo"], f["kind"]): [e["text"] for e in f["edits"]] for f in found}


def test_the_list_says_how_far_each_is_synced(run: Collect, config: Path, server: GitHubEmulator) -> None:
    rows = json.loads(run("repos", "list", "--json").stdout)
    assert [(r["project"], r["repo"], r["status"], r["last_sync"]) for r in rows] == [
        ("uno", "example/one", "never synced", None),
        ("due", "example/two", "never synced", None),
    ]
    assert not Path("signals.db").exists()
    run("sync", "--project", "uno")
    rows = json.loads(run("repos", "list", "--json").stdout)
    assert [(r["status"], r["last_sync"]) for r in rows] == [("ok", "2026-07-06T00:00:00Z"), ("never synced", None)]
    assert "example/one  core  ok            2026-07-06T00:00" in run("repos", "list").stdout


def test_nothing_is_found_where_nothing_changed_and_two_questions_are_enough(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    result = run("repos", "check", "--json")
    assert (result.exit_code, findings(result)) == (0, {})
    assert len(server.log) == 1
    assert not Path("signals.db").exists()


def test_what_became_of_repositories_and_the_edits_that_follow(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    run("sync")
    world = server.world
    one, two = world.repositories
    one.change(name="labs/uno")
    two.change(archived=True, description="Moved to https://github.com/labs/due")
    due = world.repository("labs/due", "2026-01-01")
    push(due, world.user("alice"), "2026-07-05T12:00:00Z")
    world.move(days=1)
    before = config.read_text()
    result = run("repos", "check", "--json")
    assert findings(result) == {
        ("example/one", "renamed"): ['repo = "labs/uno", with "Was example/one." in its note'],
        ("example/two", "archived"): ['note: "Archived."'],
        ("example/two", "successor"): ['note: "Continues in labs/due."', "add labs/due to due as core"],
    }
    assert config.read_text() == before
    assert "4 edits proposed: --write applies them." in run("repos", "check").stdout
    assert run("repos", "check", "--write").exit_code == 0
    assert tracked(config) == ["labs/uno", "example/two", "labs/due"]
    notes = [t.note for p in load(config).projects for t in p.repos]
    assert notes == ["Was example/one.", "Archived. Continues in labs/due.", "Continues example/two."]
    again = findings(run("repos", "check", "--json"))
    assert again == {("example/two", "archived"): [], ("example/two", "successor"): []}
    assert run("sync").exit_code == 0
    assert {r["status"] for r in json.loads(run("repos", "list", "--json").stdout)} == {"ok", "archived"}


def test_a_name_that_is_anothers_now_is_gone(run: Collect, config: Path, server: GitHubEmulator) -> None:
    run("sync")
    server.world.repositories[0].change(deleted=True)
    server.world.move(days=1)
    squatter = server.world.repository("example/one")
    push(squatter, server.world.user("mallory"), "2026-07-07")
    server.world.move(days=1)
    found = findings(run("repos", "check", "--json"))
    assert found == {("example/one", "gone"): ["remove example/one; stored data is kept"]}
    run("repos", "check", "--write")
    (uno, _) = load(config).projects
    assert uno.repos == ()
    assert "example/one, is private or deleted" in uno.note


def test_a_fork_a_silent_one_a_blocked_one_and_a_double(run: Collect, config: Path, server: GitHubEmulator) -> None:
    world = server.world
    alice = world.user("alice")
    for name in ("example/fork", "example/silent", "example/blocked", "labs/silent"):
        world.repository(name, "2024-01-01")
    fork, silent, blocked, _ = world.repositories[2:]
    push(fork.change("2024-02-01", parent="upstream/fork"), alice, "2026-07-01")
    push(silent, alice, "2025-01-01")
    blocked.change(blocked=True)
    world.repositories[0].change("2026-07-05", name="example/uno")
    added = ["example/fork", "example/silent", "example/blocked", "example/uno", "labs/silent"]
    config.write_text(
        config.read_text() + "".join(f'[[project.repo]]\nrepo = "{name}"\nrole = "sdk"\n' for name in added)
    )
    found = findings(run("repos", "check", "--json"))
    assert found[("example/fork", "fork")] == ['note: "A fork of upstream/fork."']
    assert found[("example/silent", "silent")] == []
    assert found[("example/blocked", "blocked")] == []
    # Another project lists it under its new name: then both have that.
    assert found[("example/one", "renamed")] == ['repo = "example/uno", with "Was example/one." in its note']
    assert ("example/uno", "double") not in found
    assert ("example/silent", "successor") not in found
    push(world.repositories[-1], alice, "2026-07-04")
    assert findings(run("repos", "check", "--json"))[("example/silent", "successor")] == [
        'note: "Continues in labs/silent."'
    ]
    run("repos", "check", "--write")
    assert tracked(config).count("example/uno") == 2
    assert len(tracked(config)) == 7
    config.write_text(config.read_text().replace('repo = "example/fork"', 'repo = "example/one"'))
    doubles = findings(run("repos", "check", "--json"))
    assert doubles[("example/one", "double")] == ["remove example/one; stored data is kept"]


@pytest.mark.parametrize("kind", ["lifetime", "classic", "saml", "ip", "resource"])
def test_one_that_refuses_the_token_keeps_its_place(
    run: Collect, config: Path, server: GitHubEmulator, kind: str
) -> None:
    run("sync")
    text = config.read_text()
    server.world.odd.policy("example", kind)
    result = run("repos", "check", "--write", "--json")
    assert result.exit_code == 3
    assert all(edits == [] for edits in findings(result).values())
    assert {kind for _, kind in findings(result)} == {"not_authorised"}
    assert config.read_text() == text
    said = run("repos", "check").stdout
    assert "does not show example/one to this token" in said
    assert server.world.odd.policies[0].sentence("example").rstrip(".") in said


def test_add_says_why_github_does_not_show_it(run: Collect, config: Path, server: GitHubEmulator) -> None:
    server.world.repository("labs/new", "2026-01-01")
    server.world.odd.policy("labs", "saml")
    for words in (("repos", "add", "labs/new", "--project", "uno"), ("repos", "discover", "labs")):
        result = run(*words)
        assert result.exit_code == 2
        assert "SAML enforcement" in result.stderr
        assert "Configure SSO" in result.stderr


def test_add(run: Collect, config: Path, server: GitHubEmulator) -> None:
    server.world.repository("example/three", "2026-01-01").change("2026-02-01", name="example/drei")
    comment = "# a comment at the end\n"
    config.write_text(config.read_text().replace("example/two", "other/two") + comment)
    result = run("repos", "add", "https://github.com/example/three", "--role", "sdk", "--note", 'Says "hi"')
    assert result.exit_code == 0, result.stderr
    assert "Added example/drei, the current name of example/three, to uno" in result.stdout
    (entry,) = [t for p in load(config).projects for t in p.repos if t.repo == "example/drei"]
    assert (entry.role, entry.note) == ("sdk", 'Says "hi"')
    assert comment in config.read_text()


def test_a_repository_is_added_to_a_second_project_and_edited_in_both(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    run("sync")
    result = run("repos", "add", "example/one", "--project", "due", "--role", "docs")
    assert result.exit_code == 0, result.stderr
    again = run("repos", "add", "example/one", "--project", "due")
    assert (again.exit_code, "already tracked, in uno and due" in again.stderr) == (2, True)
    server.world.repositories[0].change(name="example/uno")
    server.world.move(days=1)
    assert run("repos", "check", "--write").exit_code == 0
    assert tracked(config) == ["example/uno", "example/two", "example/uno"]
    assert run("sync").exit_code == 0
    listed = json.loads(run("repos", "list", "--json").stdout)
    assert [(r["project"], r["full_name"], r["role"]) for r in listed] == [
        ("uno", "example/uno", "core"), ("due", "example/two", "core"), ("due", "example/uno", "docs"),
    ]  # fmt: skip
    report = json.loads(run("report", "--format", "json").stdout)
    assert {p["slug"]: [r["full_name"] for r in p["repositories"]] for p in report["projects"]} == {
        "uno": ["example/uno"], "due": ["example/uno", "example/two"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["example/one"], "is already tracked"),
        (["example/nothing"], "GitHub shows no public repository example/nothing"),
        (["nonsense"], "is not a repository"),
        (["../../etc"], "is not a repository"),
        (["other/new"], "No project has a repository of other. Choose with --project: uno, due."),
        (["example/new"], "Repositories of example belong to uno, due. Choose with --project"),
        (["other/new", "--project", "unu"], 'did you mean "uno"?'),
        (["other/new", "--project", "No Slug", "--category", "chain"], "is not a valid slug"),
    ],
)
def test_what_cannot_be_added(
    run: Collect, config: Path, server: GitHubEmulator, words: list[str], sentence: str
) -> None:
    server.world.repository("other/new", "2026-01-01")
    server.world.repository("example/new", "2026-01-01")
    before = config.read_text()
    result = run("repos", "add", *words)
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr
    assert config.read_text() == before


def test_add_to_a_new_project(run: Collect, config: Path, server: GitHubEmulator) -> None:
    server.world.repository("other/new", "2026-01-01", parent="up/stream")
    done = json.loads(run("repos", "add", "other/new", "--project", "tre", "--category", "chain", "--json").stdout)
    assert (done["project"], done["repo"], done["fork_of"]) == ("tre", "other/new", "up/stream")
    assert [(p.slug, [t.note for t in p.repos]) for p in load(config).projects][-1] == ("tre", ["A fork of up/stream."])


def test_discover_ranks_by_commits_of_a_year_and_marks_forks(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    world = server.world
    alice = world.user("alice")
    for name, at, commits in (("busy", "2026-06-01", 9), ("famous", "2024-06-01", 20), ("fork", "2026-06-01", 50)):
        repo = world.repository(f"example/{name}", "2024-01-01")
        push(repo, alice, at, commits=commits)
    world.repositories[3].change("2024-02-01", stars=9999)
    world.repositories[4].change("2024-02-01", parent="up/stream")
    world.repository("example/secret", "2025-01-01").change(private=True)
    rows = json.loads(run("repos", "discover", "example", "--json").stdout)
    assert [(r["repo"], r["commits"], r["fork_of"]) for r in rows] == [
        ("example/busy", 9, None),
        ("example/famous", 0, None),
        ("example/fork", 50, "up/stream"),
    ]
    every = run("repos", "discover", "EXAMPLE", "--all", "--limit", "1")
    assert "5 repositories of EXAMPLE: 2 are tracked, 5 are listed here, the first 1 of these shown." in every.stdout
    assert run("repos", "discover", "nobody-there").exit_code == 2
    assert run("repos", "discover", "a/b").exit_code == 2


def test_discover_reads_all_pages(run: Collect, config: Path, server: GitHubEmulator) -> None:
    for n in range(120):
        server.world.repository(f"large/r{n}", "2025-01-01")
    assert len(json.loads(run("repos", "discover", "large", "--json").stdout)) == 120


def test_without_a_valid_token(run: Collect, config: Path, server: GitHubEmulator) -> None:
    for words in (["check"], ["add", "example/new"], ["discover", "example"]):
        assert run("repos", *words, GITHUB_TOKEN="token-of-nobody").exit_code == 4
