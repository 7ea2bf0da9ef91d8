"""The probability of an answer or resolution within some days."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.definition import Context
from collector.method.signal import Signal, Status
from collector.method.signals import first_response_7d, resolution_90d, review_response_7d
from collector.method.statistics.intervals import wilson
from collector.method.statistics.survival import Observation
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, context, weeks_old

RESOLUTION = context(resolution_90d.SIGNAL)
REVIEW_RESPONSE = context(review_response_7d.SIGNAL)


def signal_of(observations: list[Observation], created_at: datetime = LONG_AGO) -> Signal:
    return first_response_7d.first_response(observations, observations, context(first_response_7d.SIGNAL, created_at))


def resolution_of(observations: list[Observation], context: Context) -> Signal:
    return resolution_90d.resolution(observations, {"shown": 1}, context)


def each(account_days: list[tuple[str, float]], event: bool) -> list[Observation]:
    return [Observation(account, days, event) for account, days in account_days]


TEN = [f"user{number}" for number in range(10)]
ANSWERED = each([(account, 2.0) for account in TEN[:6]], True)
IGNORED = each([(account, 200.0) for account in TEN[6:]], False)
OBSERVATIONS = st.lists(
    st.builds(Observation, st.sampled_from([*TEN, "user10", "user11"]), st.floats(0, 360), st.booleans()),
    min_size=30,
    max_size=60,
)


def test_each_account_has_one_vote_however_many_issues_it_opens() -> None:
    flood = each([(TEN[0], 0.01)] * 600, True)
    signal = signal_of([*ANSWERED[1:], *IGNORED, *flood])
    assert (signal.status, signal.n) == (Status.OK, 609)
    assert signal.value == pytest.approx(0.6)
    assert signal.score == signal.value
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


def test_companions_show_what_naive_figures_hide() -> None:
    signal = signal_of([*ANSWERED, *IGNORED, *each([(account, 300.0) for account in TEN[5:]], False)])
    assert signal.companions == {
        "answered_by_anyone_7d": signal.value,
        "km_median_days": 2.0,
        "naive_mean_days": 2.0,
        "naive_median_days": 2.0,
        "issues": 15,
        "accounts": 10,
    }
    # user5 has one answered issue and one ignored, so half of its vote counts: 5.5 of 10.
    assert signal.value == pytest.approx(0.55)
    assert signal.low is not None
    assert signal.high is not None
    assert 0.2 < signal.low < 0.55 < signal.high < 0.9


def test_an_answer_by_anyone_is_a_companion() -> None:
    answered = each([(account, 1.0) for account in TEN * 2], True)
    waiting = each([(account, 9.0) for account in TEN * 2], True)
    signal = first_response_7d.first_response(waiting, answered, context(first_response_7d.SIGNAL))
    assert (signal.value, signal.companions["answered_by_anyone_7d"]) == (0.0, 1.0)


def test_an_answer_at_exactly_seven_days_is_in_time() -> None:
    late = each([(account, 7.0) for account in TEN], True) + each([(account, 7.01) for account in TEN], True)
    assert signal_of(late).value == pytest.approx(0.5)


def test_a_median_that_was_not_reached_is_none() -> None:
    signal = signal_of([*ANSWERED[:2], *each([(account, 300.0) for account in TEN * 2], False)])
    assert signal.companions["km_median_days"] is None
    assert signal.companions["naive_median_days"] == 2.0


@pytest.mark.parametrize(
    ("function", "of", "least", "inside", "outside"),
    [
        (resolution_of, RESOLUTION, "15 issues by 10 people are needed", 90.0, 90.01),
        (review_response_7d.review_response, REVIEW_RESPONSE, "10 pull requests by 6 people are needed", 7.0, 7.01),
    ],
)
def test_each_signal_has_its_own_days_and_least_n(
    function: Callable[[list[Observation], Context], Signal], of: Context, least: str, inside: float, outside: float
) -> None:
    assert str(function([], of).reason).startswith(least)
    half = each([(account, inside) for account in TEN], True) + each([(account, outside) for account in TEN], True)
    assert function(half, of).value == pytest.approx(0.5)


def test_what_the_signal_adds_is_shown_beside_the_value() -> None:
    assert resolution_of(ANSWERED * 3 + IGNORED, RESOLUTION).companions["shown"] == 1
    assert resolution_of([], RESOLUTION).companions["shown"] == 1


def test_ten_pull_requests_of_six_accounts_are_enough() -> None:
    pulls = each([(TEN[n % 6], 1.0) for n in range(10)], True)
    signal = review_response_7d.review_response(pulls, REVIEW_RESPONSE)
    assert (signal.status, signal.companions["pull_requests"]) == (Status.OK, 10)


@pytest.mark.parametrize("event", [True, False])
def test_at_0_and_1_the_interval_is_wilsons_over_the_accounts(event: bool) -> None:
    signal = signal_of(each([(account, 3.0) for account in TEN * 2], event))
    assert signal.value == (1.0 if event else 0.0)
    assert (signal.low, signal.high) == wilson(10 * event, 10)


@pytest.mark.parametrize(
    ("observations", "reason"),
    [
        ([*ANSWERED, *IGNORED], "15 issues by 10 people are needed, there are 10 by 10"),
        (each([(TEN[n % 9], 1.0) for n in range(40)], True), "15 issues by 10 people are needed, there are 40 by 9"),
        (each([("user", 1.0)], True), "15 issues by 10 people are needed, there is 1 by 1"),
        ([], "15 issues by 10 people are needed, there are none"),
    ],
)
def test_too_few_issues_or_accounts_are_insufficient(observations: list[Observation], reason: str) -> None:
    signal = signal_of(observations)
    assert (signal.status, signal.reason, signal.n) == (Status.INSUFFICIENT, reason, len(observations))
    assert (signal.value, signal.score) == (None, None)


def test_a_project_under_26_weeks_is_insufficient() -> None:
    signal = signal_of(ANSWERED * 9, weeks_old(3))
    assert signal.reason == "the oldest repository is 3 weeks old, 26 needed"


@given(OBSERVATIONS)
def test_order_and_names_change_nothing(observations: list[Observation]) -> None:
    renamed = [Observation(o.account[::-1], o.days, o.event) for o in observations]
    assert signal_of(observations[::-1]) == signal_of(observations)
    assert signal_of(renamed) == signal_of(observations)


@given(OBSERVATIONS)
def test_ignoring_one_more_outsider_never_raises_it(observations: list[Observation]) -> None:
    before = signal_of(observations)
    after = signal_of([*observations, Observation("newcomer", 365.0, False)])
    if before.value is not None:
        assert after.value is not None
        assert after.value <= before.value + 1e-12
