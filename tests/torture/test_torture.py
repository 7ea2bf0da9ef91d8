"""A short form of the torture that `python -m tests.torture` runs for hours: enough to see that it still bites."""

import pytest

from tests.torture import commands
from tests.torture.answers import Bench, differences, snapshot

pytestmark = pytest.mark.torture


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.mark.parametrize("seed", [11, 13])
def test_mutated_responses_cost_nothing_without_a_record(bench: Bench, seed: int) -> None:
    assert bench.run(seed).findings == []


def test_what_is_lost_is_found(bench: Bench) -> None:
    """The comparison itself: a database that lacks a row is not equal to one that has it."""
    true = bench.true["nothing"]
    assert sum(map(len, true.values())) < 400
    less = {**true, "issues": set(sorted(true["issues"], key=repr)[1:])}
    assert list(differences(less, true)) == ["issues"]
    assert differences(snapshot(bench.folder / "true nothing.db"), true) == {}


def test_a_seed_says_everything(bench: Bench) -> None:
    first, second = bench.run(21), bench.run(21)
    assert first == second
    assert first.mutations


def test_odd_configurations_and_command_lines_end_with_a_sentence() -> None:
    found = [*commands.configurations(1, 40), *commands.command_lines(1, 25)]
    assert [verdict for verdict in found if verdict.findings] == []
    assert {0, 2} <= {verdict.exit_code for verdict in found}
