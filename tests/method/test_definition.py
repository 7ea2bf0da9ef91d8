"""What a signal's function is given, and how values become scores."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.registry import BY_KEY
from collector.method.signal import Status
from tests.method.contexts import EXCLUDED, NAIVE, context, weeks_old

OF = context(BY_KEY["independent_review"])


def test_what_was_left_out_and_the_naive_figure_stay_with_every_result() -> None:
    for signal in (
        OF.measured(0.5, (0.4, 0.6), 20, {}),
        OF.insufficient("too few", 3, {"seen": 3}),
        OF.not_observable("hidden"),
        OF.stale("old"),
    ):
        assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


def test_the_scores_are_those_of_the_value_and_the_ends_unless_judged_at_others() -> None:
    plain = OF.measured(0.5, (0.4, 0.6), 20, {})
    assert (plain.score, plain.score_low, plain.score_high) == (0.5, 0.4, 0.6)
    other = OF.measured(0.5, (0.4, 0.6), 20, {}, judged_at=lambda x: x / 2)
    assert (other.score, other.score_low, other.score_high) == (0.25, 0.2, 0.3)


def test_where_lower_is_better_the_scores_of_the_ends_change_places() -> None:
    silence = context(BY_KEY["longest_release_silence"]).measured(100, (60, 200), 52, {})
    assert silence.score_low is not None
    assert silence.score is not None
    assert silence.score_high is not None
    assert silence.score_low < silence.score < silence.score_high


def test_a_status_comes_with_its_reason() -> None:
    assert (OF.insufficient("too few").status, OF.insufficient("too few").reason) == (Status.INSUFFICIENT, "too few")
    assert OF.not_observable("hidden").status is Status.NOT_OBSERVABLE
    assert OF.stale("old").status is Status.STALE


def test_a_project_is_too_young_until_it_is_half_a_year_old() -> None:
    assert context(OF.signal, created_at=weeks_old(25)).too_young()
    assert context(OF.signal, created_at=weeks_old(26)).too_young() is None


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
        ("builder_upkeep", 0.3, 0.3),
        ("returning_builders", 0.2, 0.4),
        ("returning_builders", 0.5, 1),
        ("returning_builders", 0.9, 1),
        ("server_evidence", 0.3, 0.3),
        ("history_integrity", 0.3, 0.3),
    ],
)
def test_the_curve_passes_through(key: str, x: float, expected: float) -> None:
    assert BY_KEY[key].score(x) == pytest.approx(expected)


@given(st.sampled_from(list(BY_KEY)), st.floats(0, 1e6), st.floats(0, 1e6))
def test_scores_stay_in_0_to_1_and_follow_the_direction(key: str, x: float, y: float) -> None:
    low, high = BY_KEY[key].score(min(x, y)), BY_KEY[key].score(max(x, y))
    assert 0 <= low <= 1
    assert 0 <= high <= 1
    assert low <= high if BY_KEY[key].direction == "up" else low >= high
