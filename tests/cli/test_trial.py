import json
from pathlib import Path

import pytest

from collector.demo.actions import push
from collector.emulator.server import GitHubEmulator
from tests.command import Collect


def test_the_page_of_a_repository_and_nothing_left_behind(run: Collect, server: GitHubEmulator) -> None:
    result = run("try", "https://github.com/example/one")
    assert result.exit_code == 0, result.stderr
    assert "example" in result.stdout
    assert "release_weeks" in result.stdout or "Release" in result.stdout
    assert "Tracked: example/one." in result.stderr
    assert "`collect init --from https://github.com/example/one`" in result.stderr
    assert list(Path().iterdir()) == []


def test_a_database_that_is_kept_goes_on(run: Collect, server: GitHubEmulator) -> None:
    assert run("try", "example/one", "--db", "kept.db").exit_code == 0
    before = len(server.log)
    result = run("try", "example/one", "--db", "kept.db", "--format", "json")
    assert result.exit_code == 0
    (project,) = json.loads(result.stdout)["projects"]
    assert (project["slug"], project["category"]) == ("example", "software")
    assert len(server.log) - before < before
    assert "is deleted" not in result.stderr
    assert run("explain", "example", "active_weeks", "--db", "kept.db").exit_code == 0


def test_an_organisation_is_one_project(run: Collect, server: GitHubEmulator) -> None:
    result = run("try", "example", "--format", "json")
    assert "Tracked: example/one, example/two." in result.stderr
    assert [p["slug"] for p in json.loads(result.stdout)["projects"]] == ["example"]


def test_a_page_as_a_file(run: Collect, server: GitHubEmulator) -> None:
    assert run("try", "example/one", "--format", "html", "--output", "page.html").exit_code == 0
    assert "<html" in Path("page.html").read_text()


def test_a_database_of_other_projects_is_left_alone(run: Collect, config: Path, server: GitHubEmulator) -> None:
    run("sync", "--db", "mine.db")
    before = Path("mine.db").read_bytes()
    result = run("try", "example/one", "--db", "mine.db")
    assert result.exit_code == 2
    assert "mine.db tracks other projects (due, uno). Name another file with --db." in result.stderr
    assert Path("mine.db").read_bytes() == before


def test_a_demo_is_left_alone(run: Collect, database: Path, server: GitHubEmulator) -> None:
    assert run("try", "example/one", "--db", database).exit_code == 2
    assert server.log == []


@pytest.mark.parametrize(("name", "code"), [("example/none", 2), ("a b", 2)])
def test_what_is_not_there(run: Collect, server: GitHubEmulator, name: str, code: int) -> None:
    result = run("try", name)
    assert result.exit_code == code
    assert result.stdout == ""


def test_a_limit_ends_it_with_its_exit_code(run: Collect, server: GitHubEmulator) -> None:
    for n in range(9):
        push(server.world.repository(f"labs/part{n}", "2026-01-01"), server.world.user("alice"), "2026-07-01")
    result = run("try", "labs", "--max-points", 1, "--db", "kept.db")
    assert result.exit_code == 5
    assert "next run resumes" in result.stderr or "again" in result.stderr


def test_without_a_token(run: Collect) -> None:
    result = run("try", "example/one")
    assert result.exit_code == 4
    assert "There is no GitHub token." in result.stderr
