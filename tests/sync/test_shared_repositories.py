"""A repository of several projects is fetched once, and each project has what it would have alone."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from collector.config import Config
from collector.config.model import Project, TrackedRepository
from collector.config.selection import selected
from collector.store import database
from tests.alone import said_of
from tests.lab import Lab
from tests.laws import costly
from tests.sync.fetchers.test_unknown_lines import DATES, Play

MEMBERS = "SELECT project, repository, role, tracked FROM project_repositories ORDER BY repository, position"


def project(slug: str, **repos: str) -> Project:
    """A project with repositories of example, by role."""
    own = tuple(TrackedRepository(f"example/{name}", role) for name, role in repos.items())  # type: ignore[arg-type]
    return Project(slug, slug.title(), ("tests",), repos=own, note="Looked for.")


UNO, DUE = project("uno", engine="core", kit="sdk"), project("due", engine="docs")


@pytest.fixture
def two(lab: Lab) -> Lab:
    """Two projects that share a repository, in which pushes touch docs and rules."""
    for name in ("example/engine", "example/kit"):
        repo = lab.repository(name)
        repo.change("2025-02-01", default_branch="main")
        lab.push(repo, f"Write {name}", "2025-03-01", files={"docs/a.md": (20, 0), "tokenomics/b.md": (20, 0)})
        lab.merged(repo, "Mend", "2025-04-01")
        repo.issue("Broken", lab.bob, "2025-05-01")
    lab.configured = Config(projects=(UNO, DUE))
    return lab


def requests(lab: Lab, config: Config, nights: int = 2) -> list[int]:
    """How many requests each night takes in a database of its own."""
    lab.configured = config
    path, out = lab.folder / f"{lab.runs}.db", []
    for _ in range(nights):
        before = len(lab.server.log)
        assert lab.sync(path).exit_code == 0
        out.append(len(lab.server.log) - before)
    return out


def test_it_is_fetched_once(two: Lab) -> None:
    shared = requests(two, Config(projects=(UNO, DUE)))
    assert shared == requests(two, Config(projects=(UNO,)))
    assert shared[1] == 1


def test_it_belongs_to_each_in_its_role_and_the_first_stands_beside_it(two: Lab) -> None:
    report = two.sync()
    engine, kit = (repo.id for repo in two.repos)
    assert report.repositories == 2
    assert two.query(MEMBERS) == [("uno", engine, "core", 1), ("due", engine, "docs", 1), ("uno", kit, "sdk", 1)]
    assert two.query("SELECT project, role FROM repositories ORDER BY id") == [("uno", "core"), ("uno", "sdk")]
    two.configured = Config(projects=(DUE, UNO))
    two.night()
    assert two.query("SELECT project, role FROM repositories ORDER BY id") == [("due", "docs"), ("uno", "sdk")]


def test_one_that_leaves_a_project_stays_in_the_other(two: Lab) -> None:
    two.sync()
    engine, kit = (repo.id for repo in two.repos)
    left = Config(projects=(project("uno", kit="sdk"), DUE))
    two.configured = left
    assert two.night().exit_code == 0
    assert two.query(MEMBERS) == [("due", engine, "docs", 1), ("uno", kit, "sdk", 1)]
    assert two.query("SELECT project, role FROM repositories ORDER BY id") == [("due", "docs"), ("uno", "sdk")]
    two.configured = Config(projects=(project("uno", kit="sdk"), project("due")))
    two.night()
    assert two.query(MEMBERS) == [("due", engine, "docs", 0), ("uno", kit, "sdk", 1)]
    assert two.query("SELECT project, tracked FROM repositories ORDER BY id") == [("due", 0), ("uno", 1)]
    two.configured = Config(projects=(UNO, project("due")))
    two.night()
    assert two.query(MEMBERS) == [("uno", engine, "core", 1), ("uno", kit, "sdk", 1)]


def test_a_sync_of_one_project_changes_no_membership(two: Lab) -> None:
    two.sync()
    before = two.query(MEMBERS), two.query("SELECT project, role FROM repositories ORDER BY id")
    two.world.move(days=1)
    two.only = selected(two.config(), ["due"], [])
    assert two.sync().repositories == 1
    assert (two.query(MEMBERS), two.query("SELECT project, role FROM repositories ORDER BY id")) == before


def test_two_names_of_it_are_refused(two: Lab) -> None:
    two.sync()
    two.repos[0].change(name="example/motor")
    two.configured = Config(projects=(UNO, project("due", motor="docs")))
    report = two.night()
    assert report.exit_code == 3
    ((_, _, error),) = report.failures
    assert "example/motor and example/engine are the same repository, example/motor: write it under one name" in error
    two.configured = Config(projects=(project("uno", motor="core", kit="sdk"), project("due", motor="docs")))
    assert two.night().exit_code == 0
    assert [row[0] for row in two.query(MEMBERS)] == ["uno", "due", "uno"]


@costly(2, HealthCheck.function_scoped_fixture)
@given(data=st.data())
def test_each_project_has_what_it_has_alone(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, empty_database: Path, lab: Lab
) -> None:
    lab = type(lab)(tmp_path_factory.mktemp("play"), empty_database)
    play = Play(lab, data)
    roles = st.sampled_from(["core", "docs", "sdk", "governance"])
    together = Config(
        projects=(
            project("uno", engine=data.draw(roles), parts=data.draw(roles)),
            project("due", engine=data.draw(roles)),
            project("tre", parts=data.draw(roles), engine=data.draw(roles)),
        )
    )
    for _ in range(2):
        for _ in range(data.draw(st.integers(3, 9))):
            play.move()
        lab.configured, moment = together, lab.runs
        assert lab.sync().exit_code == 0
        for one in together.projects:
            lab.configured, lab.runs = Config(projects=(one,)), moment
            assert lab.sync(lab.folder / f"{one.slug}.db").exit_code == 0
        lab.world.move(days=1)
    found = said(lab.path, together)
    for one in together.projects:
        assert {one.slug: found[one.slug]} == said(lab.folder / f"{one.slug}.db", Config(projects=(one,)))


def said(path: Path, config: Config) -> dict[str, dict[str, list[str]]]:
    with closing(database.open_database(path)) as db:
        return said_of(db, config, [one.slug for one in config.projects], DATES)
