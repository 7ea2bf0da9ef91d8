import os
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from collector.method.statistics.bootstrap import DRAWS, block_draws, generator, percentile_interval

AS_OF = date(2024, 7, 1)


def test_a_draw_is_thirteen_blocks_with_repeats() -> None:
    draws = block_draws(generator("demo", "contributor_days", AS_OF))
    assert draws.shape == (DRAWS, 13)
    assert (draws.sum(axis=1) == 13).all()
    # Each block once on average; the spread is that of 13 independent draws, 12/13.
    assert draws.mean(axis=0) == pytest.approx(np.ones(13), abs=0.1)
    assert draws.var(axis=0) == pytest.approx(np.full(13, 12 / 13), abs=0.15)


def test_the_same_question_gives_the_same_draws() -> None:
    again = [block_draws(generator("demo", "contributor_days", AS_OF)) for _ in range(2)]
    assert (again[0] == again[1]).all()


@pytest.mark.parametrize(
    "question",
    [
        ("other", "contributor_days", AS_OF),
        ("demo", "effective_contributors", AS_OF),
        ("demo", "contributor_days", date(2024, 7, 8)),
    ],
)
def test_another_question_gives_other_draws(question: tuple[str, str, date]) -> None:
    assert (block_draws(generator(*question)) != block_draws(generator("demo", "contributor_days", AS_OF))).any()


def test_another_version_of_the_method_gives_other_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    before = block_draws(generator("demo", "contributor_days", AS_OF))
    monkeypatch.setattr("collector.method.statistics.bootstrap.METHOD_VERSION", "another")
    assert (block_draws(generator("demo", "contributor_days", AS_OF)) != before).any()


def test_the_interval_is_the_middle_95_percent() -> None:
    assert percentile_interval(np.arange(1001.0), 500.0) == pytest.approx((25, 975))


def test_a_narrower_interval_can_be_asked_for() -> None:
    assert percentile_interval(np.arange(1001.0), 500.0, 0.90) == pytest.approx((50, 950))


def test_the_interval_always_holds_the_value() -> None:
    assert percentile_interval(np.arange(1001.0), 2000.0) == pytest.approx((25, 2000))
    assert percentile_interval(np.arange(1001.0), 3.0) == pytest.approx((3, 975))


def test_numpy_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, collector.method.signals.contributors, collector.method.signals.release_cadence,"
        " collector.method.signals.concentration_trend; sys.exit('numpy' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
