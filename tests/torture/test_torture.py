"""A short form of the torture that `python -m tests.torture` runs for hours: enough to see that it still bites."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest

from collector.store import migrations
from tests.torture import __main__ as torture
from tests.torture import commands, kills
from tests.torture.answers import Bench, differences, snapshot
from tests.torture.clocks import Clocks, future_times
from tests.torture.proxy import Proxy

pytestmark = pytest.mark.torture
OLD = pytest.mark.skipif(
    sqlite3.sqlite_version_info < migrations.STRICT_SINCE, reason="this SQLite cannot open what a newer one wrote"
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


def test_mutated_responses_cost_nothing_without_a_record(bench: Bench) -> None:
    """And a seed says everything."""
    first, second = bench.run(21), bench.run(21)
    assert (first.findings, first) == ([], second)
    assert first.disturbances


# What a seed disturbs changes whenever the program asks something else: what each of these once found has a test of its
# own beside the code that was mended, and they are seeds like others. Only the last still meets what it found.
ONCE_FOUND = (
    910014, 920676, 930610, 940300, 942350, 920160, 920454, 930493, 941569, 942389, 992907, 995146, 1100123,
)  # fmt: skip


@pytest.mark.parametrize("seed", [*(pytest.param(n, marks=pytest.mark.variants) for n in ONCE_FOUND[:-1]), 1100123])
def test_seeds_that_once_found_something(bench: Bench, seed: int) -> None:
    assert bench.run(seed).findings == []


@pytest.mark.parametrize("seed", [24, pytest.param(40, marks=pytest.mark.variants)])
def test_other_forms_confused_rows_and_wandering_links_cost_nothing(
    bench: Bench, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "make", Proxy.of_forms)
    assert bench.run(seed).findings == []


def test_what_is_lost_is_found(bench: Bench) -> None:
    """The comparison itself: a database that lacks a row is not equal to one that has it."""
    true = bench.true["nothing"]
    assert sum(map(len, true.values())) < 400
    less = {**true, "issues": set(sorted(true["issues"], key=repr)[1:])}
    assert list(differences(less, true)) == ["issues"]
    assert differences(snapshot(bench.folder / "true nothing.db"), true) == {}
    assert future_times(bench.folder / "true nothing.db", "2025-12-05") == []
    assert future_times(bench.folder / "true nothing.db", "2025-11-01") != []


def test_wrong_clocks_and_times(tmp_path: Path) -> None:
    assert Clocks(tmp_path).run(12).findings == []


@OLD
@pytest.mark.usefixtures("every_migration")
def test_killed_and_without_room() -> None:
    tried = [*kills.kills(7, 3), *kills.disks(7, 3)]  # open, migrate and sync
    assert [verdict for verdict in tried if verdict.findings] == []
    assert sum(verdict.disturbances for verdict in tried) > 2


def test_odd_configurations_and_command_lines_end_with_a_sentence() -> None:
    found = [*commands.configurations(1, 40), *commands.command_lines(1, 25)]
    assert [verdict for verdict in found if verdict.findings] == []
    assert {0, 2} <= {verdict.exit_code for verdict in found}


def test_counts_of_several_runs_add_up_by_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "counts"
    for first in (1, 2):
        words = ["torture", "configurations", "--first", str(first), "--runs", "2", "--counts", str(file)]
        monkeypatch.setattr(sys, "argv", words)
        assert torture.main() == 0
    assert "configurations, seeds 2 to 3: 2 runs" in capsys.readouterr().out
    assert [json.loads(line)["seed"] for line in file.read_text().splitlines()] == [1, 2, 2, 3]
    assert [verdict.seed for verdict in torture.stored(file, "configurations")] == [1, 2, 3]
    assert torture.stored(file, "answers") == []
