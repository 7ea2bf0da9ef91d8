import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.statistics.concentration import contributor_absence_factor, effective_number

AMOUNTS = st.lists(st.integers(1, 300), min_size=1, max_size=40)


@given(st.integers(1, 50), st.integers(1, 300))
def test_equal_amounts_count_each(people: int, amount: int) -> None:
    assert effective_number([amount] * people) == pytest.approx(people)


@given(AMOUNTS)
def test_effective_number_lies_between_one_and_the_people(amounts: list[int]) -> None:
    assert 1 <= effective_number(amounts) <= len(amounts) + 1e-9


@given(AMOUNTS)
def test_doubling_everyone_doubles_it(amounts: list[int]) -> None:
    assert effective_number(amounts * 2) == pytest.approx(2 * effective_number(amounts))


@given(AMOUNTS, st.integers(2, 9))
def test_scale_does_not_matter(amounts: list[int], factor: int) -> None:
    scaled = [amount * factor for amount in amounts]
    assert effective_number(scaled) == pytest.approx(effective_number(amounts))
    assert contributor_absence_factor(scaled) == contributor_absence_factor(amounts)


@given(AMOUNTS)
def test_a_second_one_like_the_least_active_never_lowers_it(amounts: list[int]) -> None:
    # Of the most active that is not so: two who do nearly everything are more concentrated than one among many.
    assert effective_number([*amounts, min(amounts)]) >= effective_number(amounts)


@given(st.permutations([1, 2, 3, 5, 8, 13]))
def test_order_does_not_matter(amounts: list[int]) -> None:
    assert effective_number(amounts) == 32**2 / (1 + 4 + 9 + 25 + 64 + 169)
    assert contributor_absence_factor(amounts) == 2


@pytest.mark.parametrize(("amounts", "fewest"), [([7], 1), ([5, 5], 1), ([3, 3, 3], 2), ([10, 1, 1], 1), ([1] * 10, 5)])
def test_absence_factor_is_the_fewest_with_at_least_half(amounts: list[int], fewest: int) -> None:
    assert contributor_absence_factor(amounts) == fewest


@given(AMOUNTS)
def test_one_fewer_than_the_absence_factor_has_less_than_half(amounts: list[int]) -> None:
    fewest = contributor_absence_factor(amounts)
    largest = sorted(amounts, reverse=True)
    assert 2 * sum(largest[:fewest]) >= sum(amounts) > 2 * sum(largest[: fewest - 1])


@pytest.mark.parametrize("amounts", [[], [1, 0], [3, -1]])
def test_nothing_to_share_is_refused(amounts: list[int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        effective_number(amounts)
    with pytest.raises(ValueError, match="above 0"):
        contributor_absence_factor(amounts)
