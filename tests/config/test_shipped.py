"""The file that the project ships: config/repos.toml."""

from collections import Counter
from pathlib import Path

import pytest

from collector.config import Config, load, matches
from collector.config.patterns import fixed_parts

SHIPPED = Path(__file__).parents[2] / "config" / "repos.toml"


@pytest.fixture(scope="module")
def config() -> Config:
    return load(SHIPPED)


def test_it_has_the_ten_projects(config: Config) -> None:
    slugs = {project.slug for project in config.projects}
    names = {"hela", "bittensor", "gensyn", "golem", "asi", "render", "io-net", "aethir", "nosana", "ritual"}
    assert slugs == names
    assert len(config.projects) == 10


def test_every_project_has_a_category_and_a_homepage(config: Config) -> None:
    members = Counter(category for project in config.projects for category in project.categories)
    assert set(members) <= {"layer 1", "compute", "models", "data", "agents", "AI on chain"}
    assert all(project.homepage.startswith("https://") for project in config.projects)
    # Projects are compared within a category: each has one that it shares with another.
    assert all(max(members[category] for category in project.categories) > 1 for project in config.projects)


def test_no_repository_is_listed_twice(config: Config) -> None:
    repos = [tracked.repo.casefold() for project in config.projects for tracked in project.repos]
    assert len(repos) == len(set(repos)) > 70


def test_only_hela_has_no_repository_and_its_note_says_why(config: Config) -> None:
    (without,) = (project for project in config.projects if not project.repos)
    assert without.slug == "hela"
    assert "No public repository was found" in without.note


def test_a_predecessor_or_copy_is_called_one(config: Config) -> None:
    notes = {tracked.repo: tracked.note for project in config.projects for tracked in project.repos}
    assert "predecessor" in notes["rndr-network/RNPs"]
    assert "predecessor" in notes["AethirCloud/checker-client"]
    assert "predecessor" in notes["nosana-ci/nosana-sdk"]
    assert "copy" in notes["latent-to/developer-docs"]
    assert "fork" in notes["fetchai/asi-alliance-wallet"]


def test_its_paths_fit_what_they_are_meant_for(config: Config) -> None:
    bittensor, nosana = config.rule_paths_of("bittensor"), config.rule_paths_of("nosana")
    assert matches(bittensor, "pallets/subtensor/src/coinbase/run_coinbase.rs")
    assert matches(nosana, "programs/nosana-staking/src/instructions/slash.rs")
    assert not matches(nosana, "pallets/subtensor/src/coinbase/run_coinbase.rs")
    assert not matches(bittensor, "pallets/subtensor/src/tests/coinbase.rs")
    assert not matches(bittensor, "pallets/transaction-fee/src/tests/mock.rs")
    assert matches(config.docs_paths_of("asi"), "python/docs/guide.md")
    assert {"docs", "README.md"} <= set(fixed_parts(config.docs_paths_of("golem")))
    assert matches(config.generated_paths, "pallets/proxy/src/weights.rs")
    assert matches(config.generated_paths, "python/docs/api/uagents/agent.md")
    assert not matches(config.generated_paths, "python/docs/index.md")
    assert not matches(config.generated_paths, "3rd_party_slots/python_client/hyperon_das/client.py")
