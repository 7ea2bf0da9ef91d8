"""`./scripts/collect` takes the token and all else from where `./scripts/nightly` does."""

from pathlib import Path

import pytest

from tests.scripts.project import Project


@pytest.fixture
def settings(project: Project) -> Path:
    path = project.folder / "nightly.env"
    path.write_text("GITHUB_TOKEN='of the file'\n")
    path.chmod(0o600)
    project.when("repos", 'echo "$GITHUB_TOKEN"')
    return path


def test_the_token_of_the_settings(project: Project, settings: Path) -> None:
    assert project.run("collect", "repos", GITHUB_TOKEN="of the environment").stdout == "of the file\n"
    settings.unlink()
    assert project.run("collect", "repos", GITHUB_TOKEN="of the environment").stdout == "of the environment\n"


def test_another_file(project: Project, settings: Path) -> None:
    settings.rename(project.folder / "other.env")
    assert project.run("collect", "repos", COLLECT_SETTINGS="other.env").stdout == "of the file\n"
    done = project.run("collect", "repos", COLLECT_SETTINGS="none.env")
    assert done.returncode == 2
    assert "There is no file ./none.env, which COLLECT_SETTINGS names." in done.stderr


def test_settings_that_others_may_read(project: Project, settings: Path) -> None:
    settings.chmod(0o644)
    done = project.run("collect", "repos")
    assert done.returncode == 2
    assert "chmod 600 './nightly.env'" in done.stderr
    assert project.words() == []


def test_the_command_knows_how_it_was_called(project: Project) -> None:
    project.when("repos", 'echo "$COLLECT_COMMAND"')
    assert project.run("collect", "repos").stdout == f"{project.folder}/scripts/collect\n"
    assert project.run("collect", "repos", COLLECT_COMMAND="collect").stdout == "collect\n"
