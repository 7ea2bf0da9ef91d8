"""Files that a configuration includes."""

from dataclasses import replace
from pathlib import Path

import pytest

from collector.config import load
from collector.config.reader import load_with_files
from collector.errors import ConfigError
from tests.config.examples import ALPHA, BETA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


def test_what_is_included_is_as_if_it_stood_there(folder: Path) -> None:
    bot = '[[bot]]\nlogin = "robot"\nreason = "It is one."\n'
    mirror = '[[mirror]]\nlogin = "copier"\nrepo = "alpha-org/KIT"\nreason = "It copies."\n'
    (folder / "main.toml").write_text('include = ["lists/more.toml"]\n[collect]\nlookback_days = 500\n' + ALPHA)
    (folder / "lists").mkdir()
    (folder / "lists" / "more.toml").write_text('include = ["../bots.toml"]\n' + BETA + mirror)
    (folder / "bots.toml").write_text(bot)
    (folder / "whole.toml").write_text("[collect]\nlookback_days = 500\n" + ALPHA + BETA + mirror + bot)
    path = folder / "main.toml"
    assert load(path) == replace(load(folder / "whole.toml"), path=path)
    assert load_with_files(path)[1] == [path, folder / "lists/more.toml", folder / "lists/../bots.toml"]


def test_a_repository_may_belong_to_projects_of_several_files(folder: Path) -> None:
    (folder / "main.toml").write_text('include = ["more.toml"]\n' + ALPHA)
    (folder / "more.toml").write_text(BETA + '[[project.repo]]\nrepo = "Alpha-Org/KIT"\nrole = "docs"')
    members = load(folder / "main.toml").by_repository()["alpha-org/kit"]
    assert [(project.slug, entry.role) for project, entry in members] == [("alpha", "sdk"), ("beta", "docs")]


def test_the_main_file_may_only_include(folder: Path) -> None:
    (folder / "main.toml").write_text('include = ["a.toml", "b.toml"]')
    (folder / "a.toml").write_text(ALPHA)
    (folder / "b.toml").write_text(BETA)
    assert [p.slug for p in load(folder / "main.toml").projects] == ["alpha", "beta"]


@pytest.mark.parametrize(
    ("main", "more", "sentence"),
    [
        ("", "[[project]]\nslug = 1", '/more.toml: project 1: "slug" must be text in quotes, not the number 1.'),
        ("", "[collect]\n", "/more.toml: [collect] belongs in {main}, by which this file is included."),
        ("", ALPHA, 'slug "alpha" is used by two projects, number 1 of {main} and number 1 of {more}; rename one.'),
        (
            "",
            BETA + 'review_commands = ["/ok"]\n[[project.repo]]\nrepo = "Alpha-Org/KIT"\nrole = "sdk"',
            '/more.toml: project "beta": repo 1: "Alpha-Org/KIT" is also listed by project "alpha": repo 2 of {main}, '
            "with other review_commands; ",
        ),
        (
            '[[bot]]\nlogin = "x"\nreason = "y"',
            '[[bot]]\nlogin = "X"\nreason = "y"',
            '/more.toml: bot "X": this login is listed twice, also in {main}; keep one of them.',
        ),
        (
            '[[mirror]]\nlogin = "x"\nrepo = "alpha-org/kit"\nreason = "y"',
            '[[mirror]]\nlogin = "x"\nrepo = "alpha-org/kit"\nreason = "y"',
            'repo "alpha-org/kit" is listed twice for this login, also in {main}; keep one of them.',
        ),
        ("", 'include = ["main.toml"]', "include names {main}, which includes this file in turn; remove one"),
        ("", 'include = ["./more.toml"]', 'include names "./more.toml", the file itself; remove it.'),
        ("", 'include = ["none.toml"]', "There is no configuration at {folder}/none.toml."),
        ("", 'include = ["."]', "is a directory, not a configuration file."),
        ("", 'include = "x.toml"', '"include" must be a list of files, like ["more.toml"], not the text "x.toml".'),
        (
            "",
            "include = [7]",
            '"include" must be a list of files, like ["more.toml"], and the number 7 is not one.',
        ),
        ("", 'include = ["\\u0000"]', "include: the name of a file cannot have a character 0."),
        ("", "nonsense", "/more.toml is not valid TOML: "),
    ],
)
def test_a_mistake_names_the_files(folder: Path, main: str, more: str, sentence: str) -> None:
    path, other = folder / "main.toml", folder / "more.toml"
    path.write_text('include = ["more.toml"]\n' + ALPHA + main)
    other.write_text(more)
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = caught.value.message
    assert message[-1] in ".?"
    assert "\n" not in message
    assert sentence.replace("{main}", str(path)).replace("{more}", str(other)).replace("{folder}", str(folder)) in (
        message
    )


def test_twice(folder: Path) -> None:
    path = folder / "main.toml"
    path.write_text('include = ["a.toml", "./a.toml"]\n' + ALPHA)
    (folder / "a.toml").write_text("")
    with pytest.raises(ConfigError, match=r"a\.toml is included twice by .*main\.toml; remove one of them\."):
        load(path)
    path.write_text('include = ["a.toml", "b.toml"]\n' + ALPHA)
    (folder / "b.toml").write_text('include = ["a.toml"]')
    with pytest.raises(ConfigError, match=r"a\.toml is included by .*main\.toml and .*b\.toml; remove one"):
        load(path)


def test_an_included_list_may_be_larger(tmp_path: Path) -> None:
    (tmp_path / "repos.toml").write_text('include = ["list.toml"]\n' + ALPHA)
    (tmp_path / "list.toml").write_text("#" * (5 << 20))
    assert len(load(tmp_path / "repos.toml").projects) == 1
    (tmp_path / "list.toml").write_text("#" * (129 << 20))
    with pytest.raises(ConfigError, match="more than 128 MiB"):
        load(tmp_path / "repos.toml")
