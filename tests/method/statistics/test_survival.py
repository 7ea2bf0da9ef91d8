import math
import warnings
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collector.method.statistics.intervals import wilson
from collector.method.statistics.survival import (
    KaplanMeier,
    Observation,
    kaplan_meier,
    naive_mean,
    naive_median,
    one_vote_per_account,
)

# Whole and half days among the times, so that ties between events and censorings are common.
DAYS = st.one_of(st.integers(0, 20).map(lambda n: n / 2), st.floats(0, 400))
SAMPLE = st.lists(st.tuples(DAYS, st.booleans()), min_size=1, max_size=60)
WEIGHTED = st.lists(st.tuples(DAYS, st.booleans(), st.integers(1, 9).map(lambda n: 1 / n)), min_size=1, max_size=40)


def estimate_of(rows: Sequence[tuple[float, bool]]) -> KaplanMeier:
    return kaplan_meier([days for days, _ in rows], [event for _, event in rows])


@given(SAMPLE)
def test_unweighted_estimate_and_bounds_agree_with_scipy(rows: list[tuple[float, bool]]) -> None:
    from scipy.stats import CensoredData, ecdf

    ours = estimate_of(rows)
    data = CensoredData(
        uncensored=[days for days, event in rows if event], right=[days for days, event in rows if not event]
    )
    theirs = ecdf(data).sf
    with warnings.catch_warnings():
        # scipy warns that the bounds have no value where survival is 0 or 1; those are not compared.
        warnings.simplefilter("ignore")
        bounds = theirs.confidence_interval(method="log-log")
    for time in {days for days, _ in rows} | {0.25, 7.0, 90.0}:
        survival = float(theirs.evaluate(time))
        assert 1 - ours.probability_by(time) == pytest.approx(survival, abs=1e-9)
        if 1e-9 < survival < 1 - 1e-9:
            expected = (1 - float(bounds.high.evaluate(time)), 1 - float(bounds.low.evaluate(time)))
            assert ours.interval_by(time, accounts=99) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(WEIGHTED, st.integers(0, 1))
def test_weighted_estimate_agrees_with_lifelines(rows: list[tuple[float, bool, float]], whole: int) -> None:
    from lifelines import KaplanMeierFitter

    # Moved away from 0, where lifelines starts its curve and takes the variance for 0.
    days = [days + 1 for days, _, _ in rows]
    events = [event for _, event, _ in rows]
    weights = [round(1 / weight) if whole else weight for _, _, weight in rows]
    ours = kaplan_meier(days, events, weights)
    with warnings.catch_warnings():
        # lifelines warns of weights that are no whole numbers.
        warnings.simplefilter("ignore")
        theirs = KaplanMeierFitter().fit(days, events, weights=weights)
    bounds = theirs.confidence_interval_survival_function_
    # With fractional weights lifelines loses the last step to rounding, and cuts the weight at risk down to a whole
    # number in its variance.
    for time in set(days) if whole else set(days) - {max(days)}:
        survival = float(theirs.survival_function_.loc[time].iloc[0])
        assert 1 - ours.probability_by(time) == pytest.approx(survival, abs=1e-7)
        if whole and 1e-7 < survival < 1 - 1e-7:
            low, high = bounds.loc[time]
            assert ours.interval_by(time, accounts=99) == pytest.approx((1 - high, 1 - low), abs=1e-6)


@given(WEIGHTED, st.randoms(use_true_random=False))
def test_the_order_of_observations_changes_nothing(rows: list[tuple[float, bool, float]], random: Random) -> None:
    shuffled = sorted(rows, key=lambda _: random.random())
    assert kaplan_meier(*map(list, zip(*rows, strict=True))) == kaplan_meier(*map(list, zip(*shuffled, strict=True)))


@given(WEIGHTED, st.floats(0, 400))
def test_the_bounds_hold_the_estimate_and_stay_in_0_to_1(rows: list[tuple[float, bool, float]], time: float) -> None:
    ours = kaplan_meier(*map(list, zip(*rows, strict=True)))
    low, high = ours.interval_by(time, accounts=len(rows))
    assert 0 <= low <= ours.probability_by(time) + 1e-12
    assert ours.probability_by(time) - 1e-12 <= high <= 1


@given(SAMPLE, st.floats(0, 400))
def test_an_unanswered_one_more_never_raises_the_probability(rows: list[tuple[float, bool]], time: float) -> None:
    more = estimate_of([*rows, (400.0, False)])
    assert more.probability_by(time) <= estimate_of(rows).probability_by(time) + 1e-12


def test_without_censoring_it_is_the_plain_share() -> None:
    ours = estimate_of([(1, True), (7, True), (7.01, True), (30, True)])
    assert ours.probability_by(7) == pytest.approx(0.5)
    # Greenwood's variance is that of a plain share, too.
    assert 0.5**2 * ours.sums[1] == pytest.approx(0.5 * 0.5 / 4)


def test_events_come_before_censorings_at_the_same_time() -> None:
    assert estimate_of([(3, False), (3, True)]).probability_by(3) == pytest.approx(0.5)


def test_one_that_left_early_is_no_answer_and_no_failure() -> None:
    # After two days one of two is out of sight; the other one's answer is then all there is to know.
    assert estimate_of([(2, False), (5, True)]).probability_by(7) == 1.0


def test_a_whole_weight_is_as_many_observations() -> None:
    heavy = kaplan_meier([1, 5, 9], [True, False, True], [3, 1, 2])
    many = estimate_of([(1, True)] * 3 + [(5, False)] + [(9, True)] * 2)
    assert heavy.probability_by(1) == pytest.approx(many.probability_by(1))
    assert heavy.interval_by(1, accounts=6) == pytest.approx(many.interval_by(1, accounts=6))


@pytest.mark.parametrize("weight", [1.0, 1 / 3, 0.1])
def test_at_0_and_1_the_bounds_are_wilsons_over_the_accounts(weight: float) -> None:
    everyone = kaplan_meier([1.0, 2.0, 3.0], [True] * 3, [weight] * 3)
    assert everyone.probability_by(7) == 1
    assert everyone.interval_by(7, accounts=12) == wilson(12, 12)
    nobody = kaplan_meier([9.0, 10.0], [True, False], [weight] * 2)
    assert nobody.probability_by(7) == 0
    assert nobody.interval_by(7, accounts=12) == wilson(0, 12)


def test_median_is_where_half_have_had_it_and_none_if_never() -> None:
    assert estimate_of([(2, True), (4, True), (6, True)]).median() == 4
    assert estimate_of([(2, True), (4, False), (6, False)]).median() is None
    # A sixth and a third are a half, but not quite so in the arithmetic of floats.
    assert kaplan_meier([1, 2, 3], [True] * 3, [1 / 6, 1 / 3, 1 / 2]).median() == 2


@given(SAMPLE)
def test_median_is_the_first_time_by_which_more_than_half_have_had_it(rows: list[tuple[float, bool]]) -> None:
    ours = estimate_of(rows)
    assume(all(abs(s - 0.5) > 1e-6 for s in ours.survival))
    expected = next((t for t in sorted({days for days, _ in rows}) if ours.probability_by(t) > 0.5), None)
    assert ours.median() == expected


@pytest.mark.parametrize(
    ("days", "weights"), [([], []), ([-1.0], [1.0]), ([math.nan], [1.0]), ([math.inf], [1.0]), ([1.0], [0.0])]
)
def test_impossible_observations_are_refused(days: list[float], weights: list[float]) -> None:
    with pytest.raises(ValueError, match="observations are needed"):
        kaplan_meier(days, [True] * len(days), weights)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        kaplan_meier([1.0, 2.0], [True], [1.0, 1.0])


@given(st.lists(st.sampled_from("abcdef"), min_size=1))
def test_each_account_has_one_vote(accounts: list[str]) -> None:
    weights = one_vote_per_account(accounts)
    assert math.fsum(weights) == pytest.approx(len(set(accounts)))
    for account in set(accounts):
        assert math.fsum(w for a, w in zip(accounts, weights, strict=True) if a == account) == pytest.approx(1)


def test_naive_figures_see_only_the_answered() -> None:
    rows = [
        Observation("a", 1, True),
        Observation("b", 2, True),
        Observation("c", 9, True),
        Observation("d", 300, False),
    ]
    assert naive_mean(rows) == 4
    assert naive_median(rows) == 2
    assert naive_mean(rows[3:]) is None
    assert naive_median(rows[3:]) is None
