from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.registry import FAMILIES
from collector.method.scores import Scored, families, overall

DAY = date(2026, 1, 5)


def scored(scores: list[float], spread: float = 0.1) -> list[Scored]:
    return [
        Scored(family, score, max(0, score - spread), min(1, score + spread))
        for family, score in zip(FAMILIES, scores, strict=False)
    ]


def test_a_family_is_the_mean_of_its_signals() -> None:
    own = [Scored("review", 0.2, 0.1, 0.4), Scored("review", 0.6, 0.5, 0.8)]
    by_name = {f.family: f for f in families(own)}
    review = by_name["review"]
    assert (review.score, review.low, review.high) == pytest.approx((0.4, 0.3, 0.6))
    assert (by_name["docs"].score, by_name["docs"].low, by_name["docs"].high) == (None, None, None)


def test_five_families_have_no_overall_score() -> None:
    assert overall("heron", DAY, scored([0.5] * 5)) == (None, None, None)
    assert overall("heron", DAY, scored([0.5] * 6))[0] is not None


def test_the_score_is_the_geometric_mean() -> None:
    value, low, high = overall("heron", DAY, scored([0.2, 0.8, 0.4, 0.4, 0.1, 0.9]))
    assert value == pytest.approx((0.2 * 0.8 * 0.4 * 0.4 * 0.1 * 0.9) ** (1 / 6))
    assert value is not None
    assert low is not None
    assert high is not None
    assert low < value < high


def test_a_zero_weighs_as_the_floor() -> None:
    assert overall("heron", DAY, scored([0, 1, 1, 1, 1, 1]))[0] == pytest.approx(0.01 ** (1 / 6))


def test_the_same_question_has_the_same_answer_and_another_project_another() -> None:
    rows = scored([0.5] * 7)
    assert overall("heron", DAY, rows) == overall("heron", DAY, rows)
    assert overall("heron", DAY, rows)[1] != overall("oyster", DAY, rows)[1]


@given(st.lists(st.floats(0, 1), min_size=6, max_size=10))
def test_the_interval_holds_the_score(scores: list[float]) -> None:
    value, low, high = overall("heron", DAY, scored(scores))
    assert value is not None
    assert low is not None
    assert high is not None
    assert 0 <= low <= value <= high <= 1


def test_surer_signals_make_a_surer_score() -> None:
    def interval(spread: float) -> tuple[float, float]:
        _, low, high = overall("heron", DAY, scored([0.5] * 6, spread))
        assert low is not None
        assert high is not None
        return low, high

    wide, narrow = interval(0.3), interval(0.05)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
