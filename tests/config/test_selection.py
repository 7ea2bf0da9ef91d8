from datetime import date

import pytest

from collector.config import Bot, Config, Project, TrackedRepository, selected
from collector.errors import UsageError

CONFIG = Config(
    lookback_days=800,
    projects=(
        Project(
            slug="alpha",
            name="Alpha",
            categories=("compute",),
            repos=(TrackedRepository("alpha-org/node", "core"), TrackedRepository("alpha-org/kit", "sdk")),
        ),
        Project(slug="beta", name="Beta", categories=("chain",), note="Looked for in vain."),
        Project(slug="gamma", name="Gamma", categories=("compute",), repos=(TrackedRepository("gamma/g", "core"),)),
    ),
    bots=(Bot("alpha-releases", "Publishes releases.", date(2025, 3, 1)),),
)


def kept(projects: list[str], repos: list[str]) -> dict[str, list[str]]:
    part = selected(CONFIG, projects, repos)
    assert (part.bots, part.path, part.lookback_days) == (CONFIG.bots, CONFIG.path, CONFIG.lookback_days)
    return {project.slug: [tracked.repo for tracked in project.repos] for project in part.projects}


def test_nothing_named_is_everything() -> None:
    assert selected(CONFIG, [], []) == CONFIG


def test_a_project_keeps_all_its_repositories() -> None:
    assert kept(["alpha"], []) == {"alpha": ["alpha-org/node", "alpha-org/kit"]}


def test_a_project_without_repositories_can_be_named() -> None:
    assert kept(["beta"], []) == {"beta": []}


def test_a_repository_keeps_its_project_with_nothing_else() -> None:
    assert kept([], ["Alpha-Org/Kit"]) == {"alpha": ["alpha-org/kit"]}


def test_a_project_and_a_repository_are_both_kept() -> None:
    assert kept(["Gamma"], ["alpha-org/kit"]) == {"alpha": ["alpha-org/kit"], "gamma": ["gamma/g"]}


def test_a_repository_of_a_named_project_takes_nothing_from_it() -> None:
    assert kept(["alpha"], ["alpha-org/kit"]) == {"alpha": ["alpha-org/node", "alpha-org/kit"]}


def test_an_unknown_project() -> None:
    with pytest.raises(UsageError, match=r'repos\.toml has no project "alhpa"; did you mean "alpha"\?'):
        selected(CONFIG, ["alhpa"], [])


def test_an_unknown_repository() -> None:
    with pytest.raises(UsageError, match=r'has no repository "alpha-org/nodes"; did you mean "alpha-org/node"\?'):
        selected(CONFIG, [], ["alpha-org/nodes"])


def test_nothing_like_it() -> None:
    with pytest.raises(UsageError, match=r'has no project "xyzzy"\. `collect repos list`'):
        selected(CONFIG, ["xyzzy"], [])
