import json
from pathlib import Path

import pytest

from collector.demo import stories
from tests.command import Collect


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config" / "repos.toml"
    path.parent.mkdir()
    path.write_text(stories.demo_config())
    return path


def test_today_of_a_pretend_world_is_its_own(run: Collect, own_database: Path, config: Path) -> None:
    result = run("signals")
    assert result.exit_code == 0
    assert result.stdout.startswith("SYNTHETIC 2026-07-06: 85 signals, ")


def test_a_series_of_dates(run: Collect, own_database: Path, config: Path) -> None:
    done = json.loads(run("signals", "--as-of", "2026-06-10", "--history", 3, "--every", "month", "--json").stdout)
    assert [d["as_of"] for d in done] == ["2026-04-01", "2026-05-01", "2026-06-01"]
    assert all(d["synthetic"] and d["signals"] == 85 for d in done)


def test_one_date_is_the_date_asked_for(run: Collect, own_database: Path, config: Path) -> None:
    assert run("signals", "--as-of", "2026-06-10").stdout.startswith("SYNTHETIC 2026-06-10: ")


def test_earlier_dates_do_not_move_the_latest(run: Collect, own_database: Path, config: Path) -> None:
    before = run("report", "--format", "json").stdout
    assert run("signals", "--as-of", "2026-02-02").exit_code == 0
    assert run("report", "--format", "json").stdout == before


@pytest.mark.parametrize(
    ("words", "code", "meant"),
    [
        (["--as-of", "2026-02-30"], 2, "not a valid date"),
        (["--as-of", "30.1.2026"], 2, "as 2026-01-31"),
        (["--as-of", "2026-07-07"], 2, "in the future"),
        (["--history", "0"], 2, "not in the range"),
        (["--every", "day"], 2, "'week', 'month'"),
        (["--db", "nowhere.db"], 7, "no database at nowhere.db"),
        (["--config", "nowhere.toml"], 2, "no configuration"),
    ],
)
def test_bad_input(run: Collect, own_database: Path, config: Path, words: list[str], code: int, meant: str) -> None:
    result = run("signals", *words)
    assert result.exit_code == code
    assert meant in result.stderr
