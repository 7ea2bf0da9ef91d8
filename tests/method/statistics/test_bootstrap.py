import os
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.statistics.bootstrap import block_draws, circular_block_draws, generator, percentile_interval
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 1))


def test_a_draw_is_thirteen_blocks_with_repeats() -> None:
    draws = block_draws(generator("demo", "contributor_days", WINDOW), 13)
    assert draws.shape == (2000, 13)
    assert (draws.sum(axis=1) == 13).all()
    # Each block once on average; the spread is that of 13 independent draws, 12/13.
    assert draws.mean(axis=0) == pytest.approx(np.ones(13), abs=0.1)
    assert draws.var(axis=0) == pytest.approx(np.full(13, 12 / 13), abs=0.15)


def test_a_circular_draw_is_as_many_weeks_and_each_alike() -> None:
    draws = circular_block_draws(generator("demo", "concentration_trend", WINDOW), 13, 4)
    assert draws.shape == (2000, 13)
    assert (draws.sum(axis=1) == 13).all()
    # The last week is as likely as the first: blocks go on at the beginning.
    assert draws.mean(axis=0) == pytest.approx(np.ones(13), abs=0.1)


def test_the_same_question_gives_the_same_draws() -> None:
    again = [block_draws(generator("demo", "contributor_days", WINDOW), 13) for _ in range(2)]
    assert (again[0] == again[1]).all()


@pytest.mark.parametrize(
    "question",
    [
        ("other", "contributor_days", WINDOW),
        ("demo", "effective_contributors", WINDOW),
        ("demo", "contributor_days", Window(date(2024, 7, 8))),
    ],
)
def test_another_question_gives_other_draws(question: tuple[str, str, Window]) -> None:
    assert (
        block_draws(generator(*question), 13) != block_draws(generator("demo", "contributor_days", WINDOW), 13)
    ).any()


def test_another_day_of_the_same_week_gives_the_same_draws() -> None:
    thursday = generator("demo", "contributor_days", Window(date(2024, 7, 4)))
    assert (block_draws(thursday, 13) == block_draws(generator("demo", "contributor_days", WINDOW), 13)).all()


def test_another_version_of_the_method_gives_other_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    before = block_draws(generator("demo", "contributor_days", WINDOW), 13)
    monkeypatch.setattr("collector.method.statistics.bootstrap.METHOD_VERSION", "another")
    assert (block_draws(generator("demo", "contributor_days", WINDOW), 13) != before).any()


def test_the_interval_is_the_middle_95_percent() -> None:
    assert percentile_interval(np.arange(1001.0), 500.0) == pytest.approx((25, 975))


def test_a_narrower_interval_can_be_asked_for() -> None:
    assert percentile_interval(np.arange(1001.0), 500.0, 0.90) == pytest.approx((50, 950))


def test_the_interval_always_holds_the_value() -> None:
    assert percentile_interval(np.arange(1001.0), 2000.0) == pytest.approx((25, 2000))
    assert percentile_interval(np.arange(1001.0), 3.0) == pytest.approx((3, 975))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.floats(0, 1))
def test_the_ends_are_the_same_floats_as_those_of_numpy(drawn: list[float], level: float) -> None:
    low, high = (float(end) for end in np.quantile(drawn, ((1 - level) / 2, (1 + level) / 2)))
    middle = (low + high) / 2
    assert percentile_interval(np.array(drawn), middle, level) == (min(low, middle), max(high, middle))


def test_numpy_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, collector.method.registry; sys.exit('numpy' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
