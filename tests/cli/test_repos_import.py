"""`collect repos import`: a list of ecosystems becomes entries of the configuration."""

import json
from pathlib import Path
from typing import Any

import pytest

from collector.config import load
from collector.demo.actions import push
from collector.emulator.server import GitHubEmulator
from tests.command import Collect, tracked


@pytest.fixture
def exported(tmp_path: Path, server: GitHubEmulator) -> Path:
    """An export with two ecosystems, and what goes wrong in such files."""
    world = server.world
    push(world.repository("eco/node", "2024-01-01"), world.user("alice"), "2026-06-01", commits=5)
    push(world.repository("eco/old", "2020-01-01"), world.user("alice"), "2021-01-01")
    push(world.repository("eco/fork", "2024-01-01", parent="up/stream"), world.user("alice"), "2026-06-01")
    push(world.repository("sub/wallet", "2024-01-01"), world.user("alice"), "2026-06-01")
    lines: list[Any] = [
        {"eco_name": "Eco", "branch": [], "repo_url": "https://github.com/eco/node", "tags": ["#protocol"]},
        {"eco_name": "Eco", "branch": [], "repo_url": "https://github.com/Eco/Node.git", "tags": []},
        {"eco_name": "Eco", "branch": [], "repo_url": "https://github.com/eco/old"},
        {"eco_name": "Eco", "branch": [], "repo_url": "https://github.com/eco/fork", "tags": None},
        {"eco_name": "Eco", "branch": [], "repo_url": "https://github.com/eco/gone", "tags": []},
        {"eco_name": "Eco", "branch": [], "repo_url": "https://github.com/example/one", "tags": []},
        {"eco_name": "Eco", "branch": ["Sub"], "repo_url": "https://github.com/sub/wallet", "tags": ["#wallet"]},
        {"eco_name": "Eco", "branch": [], "repo_url": "https://gitlab.com/eco/node", "tags": []},
        {"eco_name": "Other\x1b[2J", "branch": [], "repo_url": "https://github.com/other/x", "tags": []},
        {"eco_name": "Eco", "branch": [], "repo_url": 'https://github.com/a/b"]\n[[bot]]', "tags": []},
        {"eco_name": 7, "branch": [], "repo_url": "https://github.com/a/b", "tags": []},
        ["a", "list"],
    ]
    path = tmp_path / "exports.jsonl"
    text = "\n".join(json.dumps(line) for line in lines).encode()
    path.write_bytes(text + b"\n\nnonsense\n\xff\xfe\n" + b"[" * 100_000)
    return path


def test_import_lists_ecosystems(run: Collect, config: Path, exported: Path) -> None:
    result = run("repos", "import", exported)
    assert result.exit_code == 0, result.stderr
    assert [line.split() for line in result.stdout.splitlines()[:3]] == [
        ["ecosystem", "entries"], ["Eco", "7"], ["Other[2J", "1"],
    ]  # fmt: skip
    assert "\x1b" not in result.output
    assert "6 invalid lines (line 10, 11, 12, 14, 15, ...)" in result.stderr
    assert "1 repositories outside GitHub" in result.stderr


def test_import_shows_an_ecosystem_without_asking_github(
    run: Collect, config: Path, exported: Path, server: GitHubEmulator
) -> None:
    shown = json.loads(run("repos", "import", exported, "--ecosystem", "eco", "--json").stdout)
    assert shown["within"] == {"Sub": 1}
    assert {r["repo"]: r["tracked"] for r in shown["repositories"]} == {
        "eco/node": False, "eco/old": False, "eco/fork": False, "eco/gone": False, "example/one": True,
    }  # fmt: skip
    tagged = run("repos", "import", exported, "--ecosystem", "eco", "--whole", "--tag", "wallet", "--json")
    assert [r["repo"] for r in json.loads(tagged.stdout)["repositories"]] == ["sub/wallet"]
    assert "Sub-ecosystems: Sub (1)" in run("repos", "import", exported, "--ecosystem", "eco").stdout
    assert 'did you mean "Eco"?' in run("repos", "import", exported, "--ecosystem", "Ecoo").stderr
    assert server.log == []


def test_import_takes_up_what_is_alive_and_no_fork(
    run: Collect, config: Path, exported: Path, server: GitHubEmulator
) -> None:
    words = ("repos", "import", exported, "--ecosystem", "Eco", "--project", "eco", "--category", "chain")
    before = config.read_text()
    told = json.loads(run(*words, "--json").stdout)
    assert [(r["repo"], r["taken"]) for r in told["repositories"]] == [
        ("example/one", True), ("eco/node", True), ("eco/old", False), ("eco/fork", False),
    ]  # fmt: skip
    assert told["not_public"] == ["eco/gone"]
    assert len(server.log) == 1
    assert config.read_text() == before
    result = run(*words, "--write", "--role", "core")
    assert result.exit_code == 0, result.stderr
    assert "2 of those shown are active and not forks: they were added to eco" in result.stdout
    assert tracked(config) == ["example/one", "example/two", "example/one", "eco/node"]


def test_import_says_what_it_leaves_out_and_why(
    run: Collect, config: Path, exported: Path, server: GitHubEmulator
) -> None:
    world = server.world
    for name in ("eco/archived", "eco/empty", "eco/blocked", "eco/renamed"):
        world.repository(name, "2024-01-01")
    archived, _, blocked, renamed = world.repositories[-4:]
    push(archived, world.user("alice"), "2026-06-01")
    archived.change(archived=True)
    blocked.change(blocked=True)
    push(renamed, world.user("alice"), "2026-05-01")
    renamed.change("2026-05-02", name="labs/Current")
    more = ["eco/archived", "eco/empty", "eco/blocked", "eco/renamed", "labs/current"]
    added = [{"eco_name": "Eco", "branch": [], "repo_url": f"https://github.com/{name}", "tags": []} for name in more]
    lines = exported.read_bytes().partition(b"\n[[[")[0]
    exported.write_bytes(lines + b"\n" + "\n".join(map(json.dumps, added)).encode())
    words = ("repos", "import", exported, "--ecosystem", "Eco", "--project", "eco", "--category", "chain", "--whole")
    told = json.loads(run(*words, "--limit", "3", "--write", "--json").stdout)
    reasons = {one["repo"]: one["reason"] for one in told["left_out"]["repositories"]}
    assert reasons == {
        "eco/archived": "archived", "eco/empty": "empty", "eco/blocked": "blocked", "eco/old": "silent",
        "eco/fork": "fork", "eco/gone": "not_public", "labs/current": "same_repository", "eco/renamed": "limit",
    }  # fmt: skip
    assert told["left_out"]["counts"] == dict.fromkeys(
        ["same_repository", "not_public", "blocked", "fork", "archived", "empty", "silent", "limit"], 1
    )
    assert told["skipped"]["repeated"] == {"lines": 1, "first": [2]}
    assert len(server.log) == 1
    said = run(*words, "--limit", "0", "--write").stdout
    assert "Left out: 3 tracked already, 1 listed under another name, too, 1 not public," in said
    assert [(t.repo, t.note) for t in load(config).projects[-1].repos][-1] == ("labs/Current", "Was eco/renamed.")


def test_import_of_several_into_a_file_of_their_own(
    run: Collect, config: Path, exported: Path, server: GitHubEmulator
) -> None:
    push(server.world.repository("other/node", "2024-01-01"), server.world.user("alice"), "2026-06-01")
    lines = [("Second Eco", "other/node"), ("Second Eco", "eco/node"), ("Third", "eco/old")]
    added = [{"eco_name": eco, "branch": [], "repo_url": f"https://github.com/{name}"} for eco, name in lines]
    exported.write_bytes("\n".join(map(json.dumps, added)).encode() + b"\n" + exported.read_bytes())
    before = config.read_text()
    ecosystems = [word for name in ("Eco", "second eco", "third") for word in ("--ecosystem", name)]
    into = config.with_name("list.toml")
    words = ("repos", "import", exported, *ecosystems, "--category", "chain", "--into", into)
    assert run(*words).exit_code == 0
    assert not into.exists()
    result = run(*words, "--write")
    assert result.exit_code == 0, result.stderr
    assert "4 of those shown" in result.stdout
    assert f"they were added to 2 projects in {into}." in result.stdout
    assert "third: none of its repositories is taken." in result.stdout
    assert config.read_text() == 'include = ["list.toml"]\n\n' + before
    assert [(p.slug, p.name, [t.repo for t in p.repos]) for p in load(config).projects[2:]] == [
        ("eco", "Eco", ["example/one", "eco/node"]), ("second-eco", "Second Eco", ["eco/node", "other/node"]),
    ]  # fmt: skip
    assert "slug" in into.read_text()
    said = run("repos", "add", "sub/wallet", "--project", "eco").stdout
    assert "Added sub/wallet to eco in config/list.toml." in said
    assert config.read_text() == 'include = ["list.toml"]\n\n' + before
    assert "sub/wallet" in run("repos", "list").stdout
    server.world.repositories[-1].change(archived=True)
    server.world.move(days=1)
    assert run("repos", "check", "--write").exit_code == 0
    assert "Archived." in into.read_text()
    refused = run("repos", "import", exported, "--ecosystem", "Eco", "--project", "uno", "--into", into)
    assert (refused.exit_code, f"uno is in config/repos.toml, not in {into}." in refused.stderr) == (2, True)


def test_an_import_that_used_up_its_points_resumes(
    run: Collect, config: Path, tmp_path: Path, server: GitHubEmulator
) -> None:
    for n in range(45):
        push(server.world.repository(f"eco/r{n}", "2024-01-01"), server.world.user("alice"), "2026-06-01")
    path = tmp_path / "many.jsonl"
    lines = [{"eco_name": "Eco", "branch": [], "repo_url": f"https://github.com/eco/r{n}"} for n in range(50)]
    path.write_text("\n".join(map(json.dumps, lines)))
    words = ("repos", "import", path, "--ecosystem", "Eco", "--category", "chain", "--limit", "0", "--write")
    result = run(*words, "--max-points", "2")
    assert (result.exit_code, "2 points of --max-points are used up" in result.stderr) == (5, True), result.stderr
    assert [p.slug for p in load(config).projects] == ["uno", "due"]
    assert len(server.log) == 2
    result = run(*words)
    assert result.exit_code == 0, result.stderr
    assert len(server.log) == 3
    assert [len(p.repos) for p in load(config).projects] == [1, 1, 45]
    assert "5 not public" in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--write"], "--write needs --project or --category."),
        (["--into", "x.toml"], "--into needs --project or --category."),
        (["--project", "uno"], "--project needs --ecosystem"),
        (["--category", "chain"], "--category needs --ecosystem"),
        (["--ecosystem", "Eco", "--project", "unu"], 'did you mean "uno"?'),
        (["--ecosystem", "Eco", "--ecosystem", "Ecoo"], 'The list has no ecosystem "Ecoo"; did you mean "Eco"?'),
        (["--ecosystem", "Eco", "--category", "c", "--into", "none/x.toml"], "There is no folder none for x.toml."),
        (["--ecosystem", "Eco", "--category", "c", "--into", "config"], "config cannot be read as UTF-8 text."),
        (
            ["--ecosystem", "Eco", "--ecosystem", "E,c;o", "--ecosystem", "e c o", "--category", "c"],
            "would both be e-c-o",
        ),
        (["--ecosystem", "Größe 1", "--ecosystem", "大", "--category", "c"], 'The name "大" suggests no slug'),
    ],
)
def test_import_with_words_that_do_not_go_together(
    run: Collect, config: Path, exported: Path, server: GitHubEmulator, words: list[str], sentence: str
) -> None:
    more: list[dict[str, Any]] = [
        {"eco_name": name, "branch": [], "repo_url": "https://github.com/a/b"}
        for name in ("E,c;o", "e c o", "Größe 1", "大")
    ]
    exported.write_bytes("\n".join(map(json.dumps, more)).encode() + b"\n" + exported.read_bytes())
    before = config.read_text()
    result = run("repos", "import", exported, *words)
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr
    assert config.read_text() == before
    assert server.log == []


def test_import_of_what_is_no_list(run: Collect, config: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    assert run("repos", "import", path).exit_code == 2
    path.write_text("Dear diary\n" * 10)
    result = run("repos", "import", path)
    assert (result.exit_code, "has no entries of the list" in result.stderr) == (2, True)
