import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.curves import CURVES, score


@pytest.mark.parametrize(
    ("key", "x", "expected"),
    [
        ("release_weeks", 0, 0),
        ("release_weeks", 26, 1),
        ("release_weeks", 52, 1),
        ("release_weeks", math.sqrt(27) - 1, 0.5),
        ("longest_release_silence", 0, 1),
        ("longest_release_silence", 30, 1),
        ("longest_release_silence", math.sqrt(30 * 364), 0.5),
        ("longest_release_silence", 364, 0),
        ("longest_release_silence", 370, 0),
        ("active_weeks", 13, 0.25),
        ("contributor_days", 0, 0),
        ("contributor_days", 1000, 1),
        ("contributor_days", 5000, 1),
        ("contributor_days", math.sqrt(1001) - 1, 0.5),
        ("first_response_7d", 0.3, 0.3),
        ("resolution_90d", 0.3, 0.3),
        ("review_response_7d", 0.3, 0.3),
        ("independent_review", 0.3, 0.3),
        ("effective_contributors", 1, 0),
        ("effective_contributors", math.sqrt(10), 0.5),
        ("effective_contributors", 10, 1),
        ("effective_contributors", 25, 1),
        ("concentration_trend", 0, 0.5),
        ("concentration_trend", math.log(2), 1),
        ("concentration_trend", -math.log(2), 0),
        ("concentration_trend", -5, 0),
        ("docs_months", 13, 1),
        ("docs_months", 6.5, 0.5),
        ("failure_disclosure", 0.3, 0.3),
        ("rule_change_notice", 0.3, 0.3),
        ("builder_upkeep", 0.3, 0.3),
        ("server_evidence", 0.3, 0.3),
        ("history_integrity", 0.3, 0.3),
    ],
)
def test_the_curve_passes_through(key: str, x: float, expected: float) -> None:
    assert score(key, x) == pytest.approx(expected)


@given(st.sampled_from(list(CURVES)), st.floats(0, 1e6), st.floats(0, 1e6))
def test_scores_stay_in_0_to_1_and_run_one_way(key: str, x: float, y: float) -> None:
    low, high = score(key, min(x, y)), score(key, max(x, y))
    assert 0 <= low <= 1
    assert 0 <= high <= 1
    assert low >= high if key == "longest_release_silence" else low <= high
