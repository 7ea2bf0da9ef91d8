from pathlib import Path

import pytest

from collector.config import load, shipped
from collector.demo.actions import push
from collector.emulator.server import GitHubEmulator
from tests.command import Collect

PATH = Path("config/repos.toml")


def tracked(path: Path = PATH) -> dict[str, list[str]]:
    return {p.slug: [t.repo for t in p.repos] for p in load(path).projects}


def test_the_ten_projects(run: Collect) -> None:
    result = run("init")
    assert result.exit_code == 0
    assert "Wrote config/repos.toml: 10 projects, " in result.stdout
    assert "`collect sync`" in result.stdout
    assert PATH.read_text() == shipped.text()
    assert load(PATH).projects == load(shipped.path()).projects


def test_another_folder_is_made(run: Collect) -> None:
    result = run("init", "some/where")
    assert result.exit_code == 0
    assert "cd 'some/where'" in result.stdout
    assert len(tracked("some/where" / PATH)) == 10


@pytest.mark.parametrize("words", [(), ("--empty",), ("--from", "example/one")])
def test_an_existing_file_is_never_changed(run: Collect, server: GitHubEmulator, words: tuple[str, ...]) -> None:
    PATH.parent.mkdir()
    PATH.write_text("mine")
    result = run("init", *words)
    assert result.exit_code == 2
    assert "config/repos.toml exists already, and is not changed." in result.stderr
    assert (PATH.read_text(), server.log) == ("mine", [])


def test_a_link_to_nowhere_is_not_followed(run: Collect, tmp_path: Path) -> None:
    PATH.parent.mkdir()
    PATH.symlink_to(tmp_path / "elsewhere.toml")
    assert run("init").exit_code == 2
    assert not (tmp_path / "elsewhere.toml").exists()


def test_a_folder_that_cannot_be_made(run: Collect) -> None:
    Path("file").write_text("")
    result = run("init", "file/below")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_empty_explains_every_key_and_is_added_to(run: Collect, server: GitHubEmulator) -> None:
    assert run("init", "--empty").exit_code == 0
    for key in ("slug", "category", "role", "include", "lookback_days", "docs_paths", "generated_paths"):
        assert key in PATH.read_text()
    assert "bittensor" not in PATH.read_text().casefold()
    result = run("sync")
    assert result.exit_code == 2
    assert "no project is listed. Add one with `collect repos add OWNER/NAME`" in result.stderr
    assert run("repos", "add", "example/one").exit_code == 0
    assert run("sync").exit_code == 0


def test_from_repositories_and_an_organisation(run: Collect, server: GitHubEmulator) -> None:
    world = server.world
    alice = world.user("alice")
    for name in ("Labs/busy", "Labs/calm", "Labs/copy", "Labs/over", "Labs/silent"):
        world.repository(name, "2024-01-01")
    busy, calm, copy, over, silent = world.repositories[2:]
    for day in ("2026-07-01", "2026-07-02"):
        push(busy, alice, day)
    push(calm, alice, "2026-07-01")
    push(copy.change("2024-02-01", parent="upstream/copy"), alice, "2026-07-01")
    push(over, alice, "2026-07-01")
    over.change(archived=True)
    push(silent, alice, "2025-01-01")
    result = run("init", "--from", "https://github.com/example/one", "--from", "labs", "--category", "engines")
    assert result.exit_code == 0, result.stderr
    assert tracked() == {"labs": ["Labs/busy", "Labs/calm"], "example": ["example/one"]}
    assert {p.category for p in load(PATH).projects} == {"engines"}
    assert "Labs: 3 repositories left out" in result.stderr
    assert run("sync").exit_code == 0


def test_from_takes_the_most_active_of_an_organisation(run: Collect, server: GitHubEmulator) -> None:
    assert run("init", "--from", "example", "--limit", 1).exit_code == 0
    assert tracked() == {"example": ["example/one"]}


def test_from_an_organisation_that_stopped(run: Collect, server: GitHubEmulator) -> None:
    over = server.world.repository("gone/quiet", "2024-01-01")
    push(over, server.world.user("alice"), "2024-02-01")
    over.change(archived=True)
    assert run("init", "--from", "gone").exit_code == 0
    assert tracked() == {"gone": ["gone/quiet"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "example/none"), "GitHub shows no public repository example/none."),
        (("--from", "nobody-at-all"), "GitHub has no organisation or user nobody-at-all."),
        (("--from", "not a name"), '"not a name" is not a repository.'),
        (("--from", "example/one", "--empty"), "--empty and --from exclude each other."),
    ],
)
def test_what_cannot_be_begun_leaves_no_file(
    run: Collect, server: GitHubEmulator, words: tuple[str, ...], said: str
) -> None:
    result = run("init", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not PATH.exists()


def test_a_sync_without_configuration_names_the_command(run: Collect, server: GitHubEmulator) -> None:
    result = run("sync")
    assert result.exit_code == 2
    assert "There is no configuration at config/repos.toml. Write one with `collect init`" in result.stderr


def test_repos_add_begins_a_list(run: Collect, server: GitHubEmulator) -> None:
    result = run("repos", "add", "example/one", "--category", "engines")
    assert result.exit_code == 0, result.stderr
    assert tracked() == {"example": ["example/one"]}
    assert "lookback_days" in PATH.read_text()
    assert run("repos", "add", "example/two").exit_code == 0
    assert tracked() == {"example": ["example/one", "example/two"]}
    server.world.repository("labs/engine", "2026-01-01")
    assert run("repos", "add", "labs/engine").exit_code == 2
    assert run("repos", "add", "labs/engine", "--category", "engines").exit_code == 0
    assert tracked()["labs"] == ["labs/engine"]


def test_repos_add_of_what_is_not_there_begins_nothing(run: Collect, server: GitHubEmulator) -> None:
    assert run("repos", "add", "example/none").exit_code == 2
    assert not PATH.parent.exists()
