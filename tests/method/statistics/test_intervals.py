import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.statistics.intervals import shrunk, wilson

COUNTS = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_wilson_agrees_with_scipy(counts: tuple[int, int]) -> None:
    from scipy.stats import binomtest

    successes, n = counts
    expected = binomtest(successes, n).proportion_ci(method="wilson")
    assert wilson(successes, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.floats(0, 1), st.floats(1e-3, 1e6))
def test_wilson_takes_fractions_and_holds_the_share(share: float, n: float) -> None:
    low, high = wilson(share * n, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_wilson_ends_exactly_at_the_ends() -> None:
    assert wilson(0, 7)[0] == 0
    assert wilson(7, 7)[1] == 1


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5), (1, math.nan)])
def test_wilson_refuses_what_is_no_share(successes: float, n: float) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(successes, n)


def test_a_shrunk_share_is_drawn_to_one_half() -> None:
    assert shrunk(0, 0) == 0.5
    assert shrunk(1, 5) == 0.75
    assert shrunk(1, 95) == pytest.approx(0.975)


def test_shrunk_refuses_what_is_no_share() -> None:
    with pytest.raises(ValueError, match="share"):
        shrunk(1.5, 2)
