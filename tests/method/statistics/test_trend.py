import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collector.method.statistics.trend import theil_sen

FIGURES = st.integers(-1000, 1000).map(lambda n: n / 8)
POINTS = st.lists(st.tuples(FIGURES, FIGURES), min_size=2, max_size=30)


# With many ties scipy's interval, of which nothing is asked here, is the root of a negative number.
@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt:RuntimeWarning")
@given(POINTS)
def test_agrees_with_scipy(points: list[tuple[float, float]]) -> None:
    from scipy.stats import theilslopes

    xs, ys = [x for x, _ in points], [y for _, y in points]
    assume(len(set(xs)) > 1)
    assert theil_sen(xs, ys) == pytest.approx(float(theilslopes(ys, xs).slope), abs=1e-9)


def test_one_odd_point_does_not_move_it() -> None:
    assert theil_sen([0, 1, 2, 3, 4], [0, 2, 4, 6, 1000]) == 2


def test_one_x_has_no_slope() -> None:
    with pytest.raises(ValueError, match="two points"):
        theil_sen([3, 3], [1, 2])
    with pytest.raises(ValueError, match="two points"):
        theil_sen([], [])


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        theil_sen([1, 2], [1])
